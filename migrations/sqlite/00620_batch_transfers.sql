-- +goose Up
CREATE TABLE batch_transfers (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  batch_id VARCHAR(32) NOT NULL,
  name VARCHAR(255) NOT NULL,
  size BIGINT NOT NULL,
  sha256 CHAR(64) NOT NULL,
  piece_size BIGINT NOT NULL,
  piece_count BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  expires_at BIGINT NOT NULL,
  live_mark VARCHAR(32) NOT NULL,
  UNIQUE (batch_id, live_mark)
);
CREATE INDEX batch_transfers_expires ON batch_transfers (expires_at);
-- +goose Down
DROP TABLE batch_transfers;
