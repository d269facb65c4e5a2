-- +goose Up
CREATE TABLE find_run_batches (
  run_id VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  PRIMARY KEY (run_id, batch_id),
  KEY find_run_batches_batch (batch_id)
);
-- +goose Down
DROP TABLE find_run_batches;
