-- +goose Up
CREATE TABLE maintenance_visits (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL UNIQUE,
  contract_id VARCHAR(32) NOT NULL,
  contract_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  creator_name VARCHAR(100) NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  purpose VARCHAR(200) NOT NULL,
  origin_id VARCHAR(32) NOT NULL,
  origin_number VARCHAR(32) NOT NULL,
  planned_on CHAR(10) NOT NULL,
  visit_on CHAR(10) NULL,
  arrived VARCHAR(5) NOT NULL,
  left_at VARCHAR(5) NOT NULL,
  engineer VARCHAR(100) NOT NULL,
  work TEXT NOT NULL,
  result VARCHAR(1000) NOT NULL,
  leftover VARCHAR(1000) NOT NULL,
  fee_fen BIGINT NOT NULL,
  fee_note VARCHAR(200) NOT NULL,
  reported_on CHAR(10) NULL,
  confirm_by CHAR(10) NULL,
  confirmed_on CHAR(10) NULL,
  silent INTEGER NOT NULL,
  note VARCHAR(500) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  charge_id VARCHAR(32) NOT NULL
);
CREATE INDEX maintenance_visits_contract ON maintenance_visits (contract_id, id);
CREATE INDEX maintenance_visits_state ON maintenance_visits (state, confirm_by);
-- +goose Down
DROP TABLE maintenance_visits;
