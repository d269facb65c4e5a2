-- +goose Up
CREATE TABLE find_batches (
  batch_id VARCHAR(32) NOT NULL PRIMARY KEY,
  on_date CHAR(10) NOT NULL,
  messages BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  dropped_at BIGINT NULL
);
-- +goose Down
DROP TABLE find_batches;
