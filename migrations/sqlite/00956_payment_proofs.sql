-- +goose Up
CREATE TABLE payment_proofs (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  bill_id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  amount_fen BIGINT NOT NULL,
  paid_on CHAR(10) NOT NULL,
  payer VARCHAR(100) NOT NULL,
  reference VARCHAR(64) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  note VARCHAR(500) NOT NULL,
  sent_by VARCHAR(32) NOT NULL,
  sent_by_name VARCHAR(100) NOT NULL,
  sent_at BIGINT NOT NULL,
  payment_id VARCHAR(32) NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decided_by_name VARCHAR(100) NOT NULL,
  decided_at BIGINT,
  answer VARCHAR(500) NOT NULL
);
CREATE INDEX payment_proofs_customer ON payment_proofs (customer_id, id);
CREATE INDEX payment_proofs_state ON payment_proofs (state, id);
-- +goose Down
DROP TABLE payment_proofs;
