-- +goose Up
CREATE TABLE find_runs (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  first_day CHAR(10) NOT NULL,
  last_day CHAR(10) NOT NULL,
  blob_key VARCHAR(255) NOT NULL,
  sha256 CHAR(64) NOT NULL,
  size BIGINT NOT NULL,
  entries BIGINT NOT NULL,
  block_count BIGINT NOT NULL,
  chunk_count BIGINT NOT NULL,
  table_at BIGINT NOT NULL,
  index_at BIGINT NOT NULL,
  made_at BIGINT NOT NULL
);
-- +goose Down
DROP TABLE find_runs;
