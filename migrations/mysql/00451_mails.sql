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
  recipients LONGTEXT NOT NULL,
  attachment VARCHAR(200) NOT NULL,
  tries INTEGER NOT NULL,
  next_try_at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL,
  message_id VARCHAR(200) NOT NULL,
  response VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT,
  KEY mails_due (state, next_try_at),
  KEY mails_customer (customer_id, id),
  KEY mails_object (object_type, object_id)
);
-- +goose Down
DROP TABLE mails;
