-- +goose Up
CREATE TABLE system_messages (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  notice_id VARCHAR(32) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  object_type VARCHAR(32) NOT NULL,
  object_id VARCHAR(32) NOT NULL,
  contact_name VARCHAR(50) NOT NULL,
  phone VARCHAR(20) NOT NULL,
  text VARCHAR(500) NOT NULL,
  state VARCHAR(16) NOT NULL,
  tries INTEGER NOT NULL,
  next_try_at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL,
  channel VARCHAR(32) NOT NULL,
  code VARCHAR(100) NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at BIGINT NULL,
  done_at BIGINT NULL
);
CREATE UNIQUE INDEX system_messages_notice ON system_messages (notice_id, phone);
CREATE INDEX system_messages_due ON system_messages (state, next_try_at);
CREATE INDEX system_messages_customer ON system_messages (customer_id, id);
-- +goose Down
DROP TABLE system_messages;
