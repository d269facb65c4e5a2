-- +goose Up
CREATE TABLE collection_cases (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  contract_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  state VARCHAR(16) NOT NULL,
  agency VARCHAR(100) NOT NULL,
  agency_contact VARCHAR(200) NOT NULL,
  handed_on CHAR(10) NOT NULL,
  principal_fen BIGINT NOT NULL,
  late_fee_fen BIGINT NOT NULL,
  reason VARCHAR(200) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  outcome VARCHAR(24) NOT NULL,
  outcome_on CHAR(10) NULL,
  costs_fen BIGINT NOT NULL,
  written_off_fen BIGINT NOT NULL,
  recovered_fen BIGINT NOT NULL,
  opened_by VARCHAR(32) NOT NULL,
  opener_name VARCHAR(100) NOT NULL,
  opened_at BIGINT NOT NULL,
  closed_on CHAR(10) NULL,
  open_key VARCHAR(32) NULL,
  UNIQUE KEY collection_cases_number (number),
  UNIQUE KEY collection_cases_open (open_key),
  KEY collection_cases_customer (customer_id),
  KEY collection_cases_state (state, id)
);
-- +goose Down
DROP TABLE collection_cases;
