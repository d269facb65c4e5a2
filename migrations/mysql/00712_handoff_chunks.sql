-- +goose Up
CREATE TABLE handoff_chunks (
  batch_id VARCHAR(32) NOT NULL,
  seq BIGINT NOT NULL,
  first_seq BIGINT NOT NULL,
  message_count BIGINT NOT NULL,
  reached BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  open_count BIGINT NOT NULL,
  unknown_count BIGINT NOT NULL,
  tally VARCHAR(500) NOT NULL,
  handed_at BIGINT NULL,
  lease_owner VARCHAR(64) NOT NULL,
  lease_until BIGINT NOT NULL,
  fence BIGINT NOT NULL,
  version BIGINT NOT NULL,
  statuses LONGBLOB NOT NULL,
  facts LONGBLOB NULL,
  PRIMARY KEY (batch_id, seq),
  KEY handoff_chunks_work (state, lease_until)
);
-- +goose Down
DROP TABLE handoff_chunks;
