-- +goose Up
CREATE TABLE handoff_receipts (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  batch_id VARCHAR(32) NOT NULL,
  chunk_seq BIGINT NOT NULL,
  channel VARCHAR(32) NOT NULL,
  receipts BIGINT NOT NULL,
  counted BIGINT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL,
  real_at BIGINT NOT NULL
);
CREATE INDEX handoff_receipts_batch ON handoff_receipts (batch_id, chunk_seq, id);
-- +goose Down
DROP TABLE handoff_receipts;
