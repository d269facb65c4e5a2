-- +goose Up
CREATE TABLE mails (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  notice_id VARCHAR(32) NOT NULL UNIQUE,
  kind VARCHAR(64) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  object_type VARCHAR(32) NOT NULL,
  object_id VARCHAR(32) NOT NULL,
  subject VARCHAR(200) NOT NULL,
  state VARCHAR(16) NOT NULL,
  recipients TEXT NOT NULL,
  attachment VARCHAR(200) NOT NULL,
  tries INTEGER NOT NULL,
  next_try_at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL,
  message_id VARCHAR(200) NOT NULL,
  response VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT
);
CREATE INDEX mails_due ON mails (state, next_try_at);
CREATE INDEX mails_customer ON mails (customer_id, id);
CREATE INDEX mails_object ON mails (object_type, object_id);
-- +goose Down
DROP TABLE mails;
