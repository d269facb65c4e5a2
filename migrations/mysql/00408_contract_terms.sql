-- +goose Up
CREATE TABLE contract_terms (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  contract_id VARCHAR(32) NOT NULL,
  effective_from CHAR(10) NOT NULL,
  source VARCHAR(32) NOT NULL,
  terms LONGTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT contract_terms_contract_id FOREIGN KEY (contract_id) REFERENCES contracts (id),
  UNIQUE KEY contract_terms_day (contract_id, effective_from)
);
-- +goose Down
DROP TABLE contract_terms;
