-- +goose Up
CREATE TABLE audit_chain (
  seq BIGINT NOT NULL PRIMARY KEY,
  row_id VARCHAR(32) NOT NULL UNIQUE,
  row_hash CHAR(64) NOT NULL,
  hash CHAR(64) NOT NULL,
  chained_at BIGINT NOT NULL
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE audit_chain;
