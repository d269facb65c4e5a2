-- +goose Up
CREATE TABLE charges (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  contract_id VARCHAR(32) NOT NULL,
  contract_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  state VARCHAR(16) NOT NULL,
  amount_fen BIGINT NOT NULL,
  on_date CHAR(10) NOT NULL,
  name VARCHAR(100) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  tax_kind VARCHAR(16) NOT NULL,
  submitted BIGINT NOT NULL,
  blocked_parts BIGINT NOT NULL,
  fault INTEGER NOT NULL,
  origin_id VARCHAR(32) NOT NULL,
  recorded_by VARCHAR(32) NOT NULL,
  recorder_name VARCHAR(100) NOT NULL,
  recorded_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decider_name VARCHAR(100) NOT NULL,
  decided_at BIGINT NULL,
  decision_reason VARCHAR(500) NOT NULL,
  bill_id VARCHAR(32) NOT NULL,
  bill_number VARCHAR(32) NOT NULL,
  billed_month CHAR(7) NULL,
  KEY charges_contract (contract_id, state, on_date),
  KEY charges_state (state, id),
  KEY charges_bill (bill_id)
);

-- +goose Down
DROP TABLE charges;
