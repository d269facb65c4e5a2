-- +goose Up
CREATE TABLE payer_aliases (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  folded VARCHAR(100) NOT NULL,
  payer_account VARCHAR(60) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  line_id VARCHAR(32) NOT NULL,
  confirmed_by VARCHAR(32) NOT NULL,
  confirmed_at BIGINT NOT NULL,
  UNIQUE KEY payer_aliases_once (folded, payer_account, customer_id),
  KEY payer_aliases_account (payer_account)
);
-- +goose Down
DROP TABLE payer_aliases;
