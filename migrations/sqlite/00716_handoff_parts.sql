-- +goose Up
CREATE TABLE handoff_parts (
  batch_id VARCHAR(32) NOT NULL,
  seq BIGINT NOT NULL,
  part BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (batch_id, seq, part)
);
-- +goose Down
DROP TABLE handoff_parts;
