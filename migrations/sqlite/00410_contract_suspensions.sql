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
  FOREIGN KEY (contract_id) REFERENCES contracts (id)
);
CREATE INDEX contract_suspensions_contract ON contract_suspensions (contract_id, suspended_from);
-- +goose Down
DROP TABLE contract_suspensions;
