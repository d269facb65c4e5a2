-- +goose Up
CREATE TABLE contract_annexes (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(40) NOT NULL UNIQUE,
  contract_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  state VARCHAR(16) NOT NULL,
  title VARCHAR(100) NOT NULL,
  body TEXT NOT NULL,
  items TEXT NOT NULL,
  total_fen BIGINT NOT NULL,
  valid_until CHAR(10) NULL,
  last_day CHAR(10) NULL,
  form_id VARCHAR(32) NOT NULL,
  form_sha256 CHAR(64) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  signer VARCHAR(50) NOT NULL,
  evidence_id VARCHAR(32) NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL,
  recorded_by VARCHAR(32) NOT NULL,
  recorded_at BIGINT NULL,
  answered_by VARCHAR(32) NOT NULL,
  answered_at BIGINT NULL,
  answered_on CHAR(10) NULL,
  reason VARCHAR(500) NOT NULL,
  KEY contract_annexes_contract (contract_id, created_at),
  KEY contract_annexes_valid (state, valid_until)
);
-- +goose Down
DROP TABLE contract_annexes;
