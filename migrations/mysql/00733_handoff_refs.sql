-- +goose Up
CREATE TABLE handoff_refs (
  channel VARCHAR(32) NOT NULL,
  ref VARCHAR(64) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  seq BIGINT NOT NULL,
  part BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (channel, ref),
  KEY handoff_refs_batch (batch_id, seq)
);
-- +goose Down
DROP TABLE handoff_refs;
