-- +goose Up
CREATE TABLE contract_suspensions (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  contract_id VARCHAR(32) NOT NULL,
  reason VARCHAR(32) NOT NULL,
  open_key VARCHAR(64) NULL UNIQUE,
  suspended_from CHAR(10) NOT NULL,
  suspended_at BIGINT NOT NULL,
  evidence VARCHAR(500) NOT NULL,
  lifted_on CHAR(10) NULL,
  lifted_at BIGINT NULL,
  lift_evidence VARCHAR(500) NOT NULL,
  CONSTRAINT contract_suspensions_contract_id FOREIGN KEY (contract_id) REFERENCES contracts (id),
  KEY contract_suspensions_contract (contract_id, suspended_from)
);
-- +goose Down
DROP TABLE contract_suspensions;
