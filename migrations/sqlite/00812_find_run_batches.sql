-- +goose Up
CREATE TABLE find_run_batches (
  run_id VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  PRIMARY KEY (run_id, batch_id)
);
CREATE INDEX find_run_batches_batch ON find_run_batches (batch_id);
-- +goose Down
DROP TABLE find_run_batches;
