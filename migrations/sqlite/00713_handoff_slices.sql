-- +goose Up
CREATE TABLE handoff_slices (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  batch_id VARCHAR(32) NOT NULL,
  chunk_seq BIGINT NOT NULL,
  first_index BIGINT NOT NULL,
  end_index BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  parts BIGINT NOT NULL,
  skipped BIGINT NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  on_date CHAR(10) NOT NULL,
  at BIGINT NOT NULL,
  real_at BIGINT NOT NULL,
  fence BIGINT NOT NULL
);
CREATE INDEX handoff_slices_batch ON handoff_slices (batch_id, chunk_seq, first_index);
CREATE INDEX handoff_slices_contract ON handoff_slices (contract_id, at);
-- +goose Down
DROP TABLE handoff_slices;
