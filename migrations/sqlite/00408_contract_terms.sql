-- +goose Up
CREATE TABLE contract_terms (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  contract_id VARCHAR(32) NOT NULL,
  effective_from CHAR(10) NOT NULL,
  source VARCHAR(32) NOT NULL,
  terms TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  FOREIGN KEY (contract_id) REFERENCES contracts (id)
);
CREATE UNIQUE INDEX contract_terms_day ON contract_terms (contract_id, effective_from);
-- +goose Down
DROP TABLE contract_terms;
