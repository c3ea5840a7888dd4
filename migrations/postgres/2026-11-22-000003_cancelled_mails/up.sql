-- A mail whose reader has left is cancelled: a further state. SQLite changes no condition of a table, so both tables are built anew.
CREATE TABLE kept_mail_messages AS SELECT * FROM mail_messages;
CREATE TABLE kept_digest_alerts AS SELECT * FROM digest_alerts;
DROP TABLE digest_alerts;
DROP TABLE mail_messages;

CREATE TABLE mail_messages (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('alert_opened', 'alert_raised', 'correction', 'directive', 'digest', 'test')),
    alert_id UUID REFERENCES alerts (id),
    recipient_id UUID REFERENCES users (id),
    to_address TEXT NOT NULL CHECK (to_address <> ''),
    to_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    in_reply_to TEXT,
    -- One notice of one event to one person, whoever computes it and however often.
    notice_key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'dead', 'cancelled')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_attempt_at TIMESTAMPTZ NOT NULL,
    leased_by UUID,
    leased_until TIMESTAMPTZ,
    last_error TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    CHECK ((state = 'sending') = (leased_by IS NOT NULL AND leased_until IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX mail_messages_due ON mail_messages (next_attempt_at) WHERE state = 'pending';
CREATE INDEX mail_messages_leased ON mail_messages (leased_until) WHERE state = 'sending';
CREATE INDEX mail_messages_state ON mail_messages (state, id);
CREATE INDEX mail_messages_alert ON mail_messages (alert_id, id);
CREATE INDEX mail_messages_recipient ON mail_messages (recipient_id, id);

-- The alerts a digest tells of; every other mail about an alert names it itself.
CREATE TABLE digest_alerts (
    mail_id UUID NOT NULL REFERENCES mail_messages (id),
    alert_id UUID NOT NULL REFERENCES alerts (id),
    PRIMARY KEY (mail_id, alert_id)
);
CREATE INDEX digest_alerts_alert ON digest_alerts (alert_id);

INSERT INTO mail_messages SELECT * FROM kept_mail_messages;
INSERT INTO digest_alerts SELECT * FROM kept_digest_alerts;
DROP TABLE kept_digest_alerts;
DROP TABLE kept_mail_messages;
