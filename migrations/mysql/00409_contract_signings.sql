-- +goose Up
CREATE TABLE contract_signings (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  contract_id VARCHAR(32) NOT NULL,
  side VARCHAR(16) NOT NULL,
  live_key VARCHAR(64) NULL UNIQUE,
  signer VARCHAR(50) NOT NULL,
  signed_on CHAR(10) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  recorded_by VARCHAR(32) NOT NULL,
  recorded_at BIGINT NOT NULL,
  confirmed_by VARCHAR(32) NOT NULL,
  confirmed_at BIGINT NULL,
  CONSTRAINT contract_signings_contract_id FOREIGN KEY (contract_id) REFERENCES contracts (id),
  CONSTRAINT contract_signings_document_id FOREIGN KEY (document_id) REFERENCES documents (id),
  KEY contract_signings_contract (contract_id, id)
);
-- +goose Down
DROP TABLE contract_signings;
