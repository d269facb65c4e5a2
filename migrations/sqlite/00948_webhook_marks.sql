-- +goose Up
CREATE TABLE webhook_marks (
  batch_id VARCHAR(32) NOT NULL,
  chunk_seq BIGINT NOT NULL,
  version BIGINT NOT NULL,
  statuses TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (batch_id, chunk_seq)
);
-- +goose Down
DROP TABLE webhook_marks;
