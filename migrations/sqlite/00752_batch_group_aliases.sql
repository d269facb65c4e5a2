-- +goose Up
CREATE TABLE batch_group_aliases (
  batch_id VARCHAR(32) NOT NULL,
  chunk_seq BIGINT NOT NULL,
  aliases TEXT NOT NULL,
  PRIMARY KEY (batch_id, chunk_seq)
);
-- +goose Down
DROP TABLE batch_group_aliases;
