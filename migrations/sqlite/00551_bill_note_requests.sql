-- +goose Up
-- A note that was asked for; above a limit it waits for a second person.
CREATE TABLE bill_note_requests (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  kind VARCHAR(8) NOT NULL,
  bill_id VARCHAR(32) NOT NULL,
  bill_number VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  amount_fen BIGINT NOT NULL,
  line_items TEXT NOT NULL,
  on_date CHAR(10) NULL,
  reason VARCHAR(500) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  dispute_id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  requested_by VARCHAR(32) NOT NULL,
  requester_name VARCHAR(100) NOT NULL,
  requested_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decider_name VARCHAR(100) NOT NULL,
  decided_at BIGINT NULL,
  decision VARCHAR(500) NOT NULL,
  note_id VARCHAR(32) NOT NULL
);
CREATE INDEX bill_note_requests_bill ON bill_note_requests (bill_id);
CREATE INDEX bill_note_requests_state ON bill_note_requests (state, id);
-- +goose Down
DROP TABLE bill_note_requests;
