-- Whom a night has told of alerts already is asked with each of its pieces.
CREATE INDEX mail_messages_created ON mail_messages (created_at);
