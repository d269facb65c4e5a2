-- +goose Up
CREATE TABLE maintenance_requests (
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
  title VARCHAR(100) NOT NULL,
  text TEXT NOT NULL,
  channel VARCHAR(16) NOT NULL,
  received_on CHAR(10) NOT NULL,
  wanted_by CHAR(10) NULL,
  document_id VARCHAR(32) NOT NULL,
  answer_days INTEGER NOT NULL,
  due_on CHAR(10) NOT NULL,
  extend_to CHAR(10) NULL,
  extend_reason VARCHAR(300) NOT NULL,
  extended_by VARCHAR(100) NOT NULL,
  answer TEXT NOT NULL,
  fee_fen BIGINT NOT NULL,
  work_days INTEGER NOT NULL,
  answered_on CHAR(10) NULL,
  answered_by VARCHAR(100) NOT NULL,
  decided_on CHAR(10) NULL,
  decided_note VARCHAR(500) NOT NULL,
  done_on CHAR(10) NULL,
  done_note VARCHAR(500) NOT NULL,
  reminded_on CHAR(10) NULL,
  charge_id VARCHAR(32) NOT NULL
);
CREATE INDEX maintenance_requests_contract ON maintenance_requests (contract_id, id);
CREATE INDEX maintenance_requests_state ON maintenance_requests (state, due_on);
-- +goose Down
DROP TABLE maintenance_requests;
