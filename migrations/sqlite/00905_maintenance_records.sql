-- +goose Up
CREATE TABLE maintenance_records (
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
  kind VARCHAR(16) NOT NULL,
  on_date CHAR(10) NOT NULL,
  title VARCHAR(100) NOT NULL,
  text TEXT NOT NULL,
  who VARCHAR(100) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  decided_on CHAR(10) NULL,
  decided_note VARCHAR(500) NOT NULL
);
CREATE INDEX maintenance_records_contract ON maintenance_records (contract_id, id);
-- +goose Down
DROP TABLE maintenance_records;
