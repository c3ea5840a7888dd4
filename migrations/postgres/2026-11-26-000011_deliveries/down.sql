-- Attempts and what was stated of the subjects are lost; a mail about several alerts is a digest.
CREATE TABLE kept_mail_messages AS
SELECT d.id, d.kind, d.recipient_id, d.to_address, d.to_name, m.subject, m.body_text, m.body_html, m.message_id, d.thread, d.notice_key,
    d.state, d.attempts, d.next_attempt_at, d.leased_by, d.leased_until, d.last_error, d.created_at, d.sent_at
FROM deliveries d JOIN mail_messages m ON m.id = d.id;
CREATE TABLE kept_subjects AS SELECT delivery_id, noun_id FROM delivery_subjects WHERE noun = 'alert';
DROP TABLE mail_messages;
DROP TABLE delivery_attempts;
DROP TABLE delivery_subjects;
DROP TABLE deliveries;

CREATE TABLE mail_messages (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
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
    state TEXT NOT NULL,
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
CREATE INDEX mail_messages_created ON mail_messages (created_at);
INSERT INTO mail_messages (id, kind, alert_id, recipient_id, to_address, to_name, subject, body_text, body_html, message_id, in_reply_to,
    notice_key, state, attempts, next_attempt_at, leased_by, leased_until, last_error, created_at, sent_at)
SELECT id, kind,
    CASE WHEN kind <> 'digest' THEN (SELECT s.noun_id FROM kept_subjects s WHERE s.delivery_id = kept_mail_messages.id) END,
    recipient_id, to_address, to_name, subject, body_text, body_html, message_id, thread, notice_key, state, attempts, next_attempt_at,
    leased_by, leased_until, last_error, created_at, sent_at
FROM kept_mail_messages;

-- The alerts a digest tells of; every other mail about an alert names it itself.
CREATE TABLE digest_alerts (
    mail_id UUID NOT NULL REFERENCES mail_messages (id),
    alert_id UUID NOT NULL REFERENCES alerts (id),
    PRIMARY KEY (mail_id, alert_id)
);
CREATE INDEX digest_alerts_alert ON digest_alerts (alert_id);
INSERT INTO digest_alerts (mail_id, alert_id)
SELECT k.id, s.noun_id FROM kept_mail_messages k JOIN kept_subjects s ON s.delivery_id = k.id WHERE k.kind = 'digest';
DROP TABLE kept_subjects;
DROP TABLE kept_mail_messages;
