-- +goose Up
CREATE TABLE contract_endings (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(40) NOT NULL UNIQUE,
  contract_id VARCHAR(32) NOT NULL,
  cause VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  live_key VARCHAR(64) NULL UNIQUE,
  by_side VARCHAR(16) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  notice_id VARCHAR(32) NOT NULL,
  notice_sha256 VARCHAR(64) NOT NULL,
  starts_on CHAR(10) NOT NULL,
  clock_days INTEGER NOT NULL,
  asked_last_day CHAR(10) NULL,
  last_day CHAR(10) NULL,
  requested_by VARCHAR(32) NOT NULL,
  requested_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decided_at BIGINT NULL,
  closed_by VARCHAR(32) NOT NULL,
  closed_at BIGINT NULL,
  closed_on CHAR(10) NULL,
  closed_reason VARCHAR(500) NOT NULL,
  closed_document_id VARCHAR(32) NOT NULL,
  CONSTRAINT contract_endings_contract_id FOREIGN KEY (contract_id) REFERENCES contracts (id),
  KEY contract_endings_contract (contract_id, requested_at)
);
-- +goose Down
DROP TABLE contract_endings;
