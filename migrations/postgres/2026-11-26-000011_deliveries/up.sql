-- What is to be told, one row for each recipient and channel: a queue. What it says stands in a table of its channel, what it is about and
-- how each attempt ended in tables of their own.
CREATE TABLE deliveries (
    id UUID NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient_id UUID REFERENCES users (id),
    to_address TEXT NOT NULL CONSTRAINT deliveries_to_address_check CHECK (to_address <> ''),
    to_name TEXT NOT NULL,
    -- What ties deliveries about one thing together, as the channel names it: for mail a Message-ID.
    thread TEXT,
    -- One notice of one event to one recipient, however often it is computed.
    notice_key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    cancel_reason TEXT,
    attempts INTEGER NOT NULL CONSTRAINT deliveries_attempts_check CHECK (attempts >= 0),
    next_attempt_at TIMESTAMPTZ NOT NULL,
    leased_by UUID,
    leased_until TIMESTAMPTZ,
    last_error TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    CONSTRAINT deliveries_lease_check CHECK ((state = 'sending') = (leased_by IS NOT NULL AND leased_until IS NOT NULL)),
    CONSTRAINT deliveries_sent_at_check CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CONSTRAINT deliveries_cancel_reason_check CHECK ((state = 'cancelled') = (cancel_reason IS NOT NULL))
);
INSERT INTO deliveries (id, channel, kind, recipient_id, to_address, to_name, thread, notice_key, state, cancel_reason, attempts,
    next_attempt_at, leased_by, leased_until, last_error, created_at, sent_at)
SELECT id, 'mail', kind, recipient_id, to_address, to_name, in_reply_to, notice_key, state,
    -- The only reason there was.
    CASE WHEN state = 'cancelled' THEN 'recipient_left' END,
    attempts, next_attempt_at, leased_by, leased_until, last_error, created_at, sent_at
FROM mail_messages;
CREATE INDEX deliveries_due ON deliveries (channel, next_attempt_at) WHERE state = 'pending';
CREATE INDEX deliveries_leased ON deliveries (channel, leased_until) WHERE state = 'sending';
CREATE INDEX deliveries_state ON deliveries (state, id);
CREATE INDEX deliveries_recipient ON deliveries (recipient_id, id);
CREATE INDEX deliveries_created ON deliveries (created_at);

-- What a delivery is about: one thing, or many for a digest. What it says of the thing (of an alert: its level) is looked at again
-- before it leaves.
CREATE TABLE delivery_subjects (
    delivery_id UUID NOT NULL REFERENCES deliveries (id),
    noun TEXT NOT NULL,
    noun_id UUID NOT NULL,
    stated TEXT,
    PRIMARY KEY (delivery_id, noun, noun_id)
);
INSERT INTO delivery_subjects (delivery_id, noun, noun_id)
SELECT id, 'alert', alert_id FROM mail_messages WHERE alert_id IS NOT NULL
UNION
SELECT mail_id, 'alert', alert_id FROM digest_alerts;
CREATE INDEX delivery_subjects_noun ON delivery_subjects (noun, noun_id, delivery_id);

-- Each attempt to deliver: when, by which worker, who answered what. One without an end is under way, or its worker died.
CREATE TABLE delivery_attempts (
    id UUID NOT NULL PRIMARY KEY,
    delivery_id UUID NOT NULL REFERENCES deliveries (id),
    worker_id UUID NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    outcome TEXT,
    answered_by TEXT,
    answer TEXT,
    CONSTRAINT delivery_attempts_ended_at_outcome_check CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX delivery_attempts_delivery ON delivery_attempts (delivery_id, id);

-- What a mail says, without the queue.
CREATE TABLE kept_mail_messages AS SELECT id, subject, body_text, body_html, message_id FROM mail_messages;
DROP TABLE digest_alerts;
DROP TABLE mail_messages;
CREATE TABLE mail_messages (
    id UUID NOT NULL PRIMARY KEY REFERENCES deliveries (id),
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE
);
INSERT INTO mail_messages (id, subject, body_text, body_html, message_id)
SELECT id, subject, body_text, body_html, message_id FROM kept_mail_messages;
DROP TABLE kept_mail_messages;
