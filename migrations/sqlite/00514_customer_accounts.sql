-- +goose Up
CREATE TABLE customer_accounts (
  customer_id VARCHAR(32) NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL
) WITHOUT ROWID;
-- +goose Down
DROP TABLE customer_accounts;
