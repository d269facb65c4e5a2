-- +goose Up
-- Credit and debit notes: documents of their own, never changed.
CREATE TABLE bill_notes (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  note_key VARCHAR(64) NOT NULL,
  number VARCHAR(32) NOT NULL,
  kind VARCHAR(8) NOT NULL,
  bill_id VARCHAR(32) NOT NULL,
  bill_number VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  contract_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  month CHAR(7) NOT NULL,
  on_date CHAR(10) NOT NULL,
  due_on CHAR(10) NULL,
  suspend_on CHAR(10) NULL,
  issued_on CHAR(10) NOT NULL,
  issued_at BIGINT NOT NULL,
  net_fen BIGINT NOT NULL,
  tax_fen BIGINT NOT NULL,
  total_fen BIGINT NOT NULL,
  line_items TEXT NOT NULL,
  reason VARCHAR(500) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  dispute_id VARCHAR(32) NOT NULL,
  request_id VARCHAR(32) NOT NULL,
  requested_by VARCHAR(32) NOT NULL,
  requester_name VARCHAR(100) NOT NULL,
  approved_by VARCHAR(32) NOT NULL,
  approver_name VARCHAR(100) NOT NULL,
  hash CHAR(64) NOT NULL
);
CREATE UNIQUE INDEX bill_notes_key ON bill_notes (note_key);
CREATE UNIQUE INDEX bill_notes_number ON bill_notes (number);
CREATE INDEX bill_notes_bill ON bill_notes (bill_id);
CREATE INDEX bill_notes_customer ON bill_notes (customer_id, on_date);
-- +goose Down
DROP TABLE bill_notes;
