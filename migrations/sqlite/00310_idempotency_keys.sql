-- +goose Up
CREATE TABLE idempotency_keys (
  user_id VARCHAR(32) NOT NULL,
  idem_key VARCHAR(200) NOT NULL,
  request_hash CHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  status INTEGER NOT NULL,
  content_type VARCHAR(100) NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, idem_key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
-- +goose Down
DROP TABLE idempotency_keys;
