-- +goose Up
CREATE TABLE dunning_decisions (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  bill_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  raised_on CHAR(10) NOT NULL,
  decision VARCHAR(16) NOT NULL,
  wait_until CHAR(10) NULL,
  reason VARCHAR(200) NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decider_name VARCHAR(100) NOT NULL,
  decided_at BIGINT NULL,
  open_key VARCHAR(64) NULL
);
CREATE UNIQUE INDEX dunning_decisions_open ON dunning_decisions (open_key);
CREATE INDEX dunning_decisions_bill ON dunning_decisions (bill_id);
CREATE INDEX dunning_decisions_state ON dunning_decisions (decision, raised_on);
-- +goose Down
DROP TABLE dunning_decisions;
