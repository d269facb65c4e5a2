-- +goose Up
CREATE TABLE payer_aliases (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  folded VARCHAR(100) NOT NULL,
  payer_account VARCHAR(60) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  line_id VARCHAR(32) NOT NULL,
  confirmed_by VARCHAR(32) NOT NULL,
  confirmed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX payer_aliases_once ON payer_aliases (folded, payer_account, customer_id);
CREATE INDEX payer_aliases_account ON payer_aliases (payer_account);
-- +goose Down
DROP TABLE payer_aliases;
