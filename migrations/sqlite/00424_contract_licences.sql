-- +goose Up
CREATE TABLE contract_licences (
  contract_id VARCHAR(32) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  since CHAR(10) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  required_by VARCHAR(32) NOT NULL,
  required_at BIGINT NOT NULL,
  PRIMARY KEY (contract_id, kind),
  FOREIGN KEY (contract_id) REFERENCES contracts (id)
);
-- +goose Down
DROP TABLE contract_licences;
