-- +goose Up
CREATE TABLE idempotency_keys (
  user_id VARCHAR(32) NOT NULL,
  idem_key VARCHAR(200) NOT NULL,
  request_hash CHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  status INTEGER NOT NULL,
  content_type VARCHAR(100) NOT NULL,
  body LONGTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, idem_key),
  KEY idempotency_keys_created (created_at)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE idempotency_keys;
