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
  UNIQUE KEY batch_transfers_live (batch_id, live_mark),
  KEY batch_transfers_expires (expires_at)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE batch_transfers;
