-- +goose Up
CREATE TABLE payment_refunds (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  state VARCHAR(16) NOT NULL,
  amount_fen BIGINT NOT NULL,
  to_name VARCHAR(100) NOT NULL,
  to_bank VARCHAR(100) NOT NULL,
  to_account VARCHAR(40) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  requested_by VARCHAR(32) NOT NULL,
  requester_name VARCHAR(100) NOT NULL,
  requested_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decider_name VARCHAR(100) NOT NULL,
  decided_at BIGINT NULL,
  decision_reason VARCHAR(200) NOT NULL,
  paid_on CHAR(10) NULL,
  bank_account VARCHAR(40) NOT NULL,
  reference VARCHAR(80) NOT NULL,
  paid_times INTEGER NOT NULL,
  UNIQUE KEY payment_refunds_number (number),
  KEY payment_refunds_customer (customer_id, id),
  KEY payment_refunds_state (state, id)
);
-- +goose Down
DROP TABLE payment_refunds;
