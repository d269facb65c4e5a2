-- +goose Up
-- Tax invoices (数电票), blue and red: what was asked for never changes, state and answer do.
CREATE TABLE tax_invoices (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  reference VARCHAR(64) NOT NULL,
  kind VARCHAR(8) NOT NULL,
  bill_id VARCHAR(32) NOT NULL,
  bill_number VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  contract_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  month CHAR(7) NOT NULL,
  red_of VARCHAR(32) NOT NULL,
  buyer TEXT NOT NULL,
  line_items TEXT NOT NULL,
  net_fen BIGINT NOT NULL,
  tax_fen BIGINT NOT NULL,
  total_fen BIGINT NOT NULL,
  reason VARCHAR(500) NOT NULL,
  hash CHAR(64) NOT NULL,
  requested_on CHAR(10) NOT NULL,
  requested_at BIGINT NOT NULL,
  requested_by VARCHAR(32) NOT NULL,
  requester_name VARCHAR(100) NOT NULL,
  state VARCHAR(16) NOT NULL,
  red_fen BIGINT NOT NULL,
  confirm_by BIGINT NULL,
  sent_at BIGINT NULL,
  attempts INTEGER NOT NULL,
  next_try_at BIGINT NULL,
  problem VARCHAR(500) NOT NULL,
  number VARCHAR(32) NULL,
  issued_on CHAR(10) NULL,
  document_id VARCHAR(32) NOT NULL,
  answered_at BIGINT NULL
);
CREATE UNIQUE INDEX tax_invoices_reference ON tax_invoices (reference);
CREATE UNIQUE INDEX tax_invoices_number ON tax_invoices (number);
CREATE INDEX tax_invoices_bill ON tax_invoices (bill_id);
CREATE INDEX tax_invoices_customer ON tax_invoices (customer_id, id);
CREATE INDEX tax_invoices_state ON tax_invoices (state, next_try_at);
-- +goose Down
DROP TABLE tax_invoices;
