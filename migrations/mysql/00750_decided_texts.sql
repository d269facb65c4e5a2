-- +goose Up
CREATE TABLE decided_texts (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  batch_id VARCHAR(32) NOT NULL,
  batch_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  group_id VARCHAR(32) NOT NULL,
  outcome VARCHAR(16) NOT NULL,
  reason_codes VARCHAR(500) NOT NULL,
  messages BIGINT NOT NULL,
  sketch CHAR(128) NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE KEY decided_texts_group (batch_id, group_id),
  KEY decided_texts_age (at)
);
-- +goose Down
DROP TABLE decided_texts;
