-- +goose Up
CREATE TABLE contract_amendments (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(40) NOT NULL UNIQUE,
  contract_id VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  state VARCHAR(16) NOT NULL,
  asked_on CHAR(10) NOT NULL,
  effective_from CHAR(10) NOT NULL,
  end_before CHAR(10) NULL,
  end_after CHAR(10) NULL,
  patch TEXT NOT NULL,
  terms_before TEXT NOT NULL,
  terms_after TEXT NOT NULL,
  reason VARCHAR(500) NOT NULL,
  form_id VARCHAR(32) NOT NULL,
  form_sha256 VARCHAR(64) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  signed_on CHAR(10) NULL,
  customer_signer VARCHAR(50) NOT NULL,
  provider_signer VARCHAR(50) NOT NULL,
  recorded_by VARCHAR(32) NOT NULL,
  recorded_at BIGINT NULL,
  confirmed_by VARCHAR(32) NOT NULL,
  confirmed_at BIGINT NULL,
  agreed_on CHAR(10) NULL,
  agreed_at BIGINT NULL,
  ended_by VARCHAR(32) NOT NULL,
  ended_at BIGINT NULL,
  ended_reason VARCHAR(500) NOT NULL,
  replaced_by_id VARCHAR(32) NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL,
  FOREIGN KEY (contract_id) REFERENCES contracts (id)
);
CREATE INDEX contract_amendments_contract ON contract_amendments (contract_id, effective_from);
CREATE INDEX contract_amendments_day ON contract_amendments (state, effective_from);
-- +goose Down
DROP TABLE contract_amendments;
