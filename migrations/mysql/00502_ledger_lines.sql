-- +goose Up
CREATE TABLE ledger_lines (
  entry_id VARCHAR(32) NOT NULL,
  seq INTEGER NOT NULL,
  account VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  amount_fen BIGINT NOT NULL,
  PRIMARY KEY (entry_id, seq),
  KEY ledger_lines_account (account, customer_id, contract_id)
);
-- +goose Down
DROP TABLE ledger_lines;
