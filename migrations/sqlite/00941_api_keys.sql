-- +goose Up
CREATE TABLE api_keys (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  name VARCHAR(100) NOT NULL,
  scopes VARCHAR(200) NOT NULL,
  allow_from TEXT NOT NULL,
  state VARCHAR(16) NOT NULL,
  sealed VARCHAR(300) NOT NULL,
  sealed_before VARCHAR(300) NOT NULL,
  before_until BIGINT,
  expires_at BIGINT,
  read_per_minute BIGINT NOT NULL,
  read_burst BIGINT NOT NULL,
  send_per_minute BIGINT NOT NULL,
  send_burst BIGINT NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL,
  rotated_at BIGINT,
  revoked_at BIGINT,
  revoked_why VARCHAR(500) NOT NULL,
  last_used_at BIGINT,
  last_used_from VARCHAR(64) NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX api_keys_customer ON api_keys (customer_id, id);
-- +goose Down
DROP TABLE api_keys;
