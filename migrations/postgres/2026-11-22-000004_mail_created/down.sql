DROP INDEX mail_messages_created;
