-- +goose Up
-- What a customer does not accept of a bill.
CREATE TABLE bill_disputes (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  bill_id VARCHAR(32) NOT NULL,
  bill_number VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  contract_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  amount_fen BIGINT NOT NULL,
  line_items LONGTEXT NOT NULL,
  reason VARCHAR(500) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  statement_id VARCHAR(32) NOT NULL,
  by_customer INTEGER NOT NULL,
  opened_on CHAR(10) NOT NULL,
  opened_at BIGINT NOT NULL,
  opened_by VARCHAR(32) NOT NULL,
  opener_name VARCHAR(100) NOT NULL,
  state VARCHAR(16) NOT NULL,
  closed_on CHAR(10) NULL,
  closed_at BIGINT NULL,
  closed_by VARCHAR(32) NOT NULL,
  closer_name VARCHAR(100) NOT NULL,
  outcome VARCHAR(500) NOT NULL,
  note_id VARCHAR(32) NOT NULL,
  KEY bill_disputes_bill (bill_id),
  KEY bill_disputes_state (state, id),
  KEY bill_disputes_customer (customer_id)
);
-- +goose Down
DROP TABLE bill_disputes;
