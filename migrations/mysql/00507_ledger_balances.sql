-- +goose Up
CREATE TABLE ledger_balances (
  account VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  amount_fen BIGINT NOT NULL,
  PRIMARY KEY (account, customer_id, contract_id),
  KEY ledger_balances_customer (customer_id)
);
-- +goose Down
DROP TABLE ledger_balances;
