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
  open_key VARCHAR(64) NULL,
  UNIQUE KEY dunning_decisions_open (open_key),
  KEY dunning_decisions_bill (bill_id),
  KEY dunning_decisions_state (decision, raised_on)
);
-- +goose Down
DROP TABLE dunning_decisions;
