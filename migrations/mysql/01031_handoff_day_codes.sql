-- +goose Up
CREATE TABLE handoff_day_codes (
  on_date CHAR(10) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  category VARCHAR(16) NOT NULL,
  channel VARCHAR(32) NOT NULL,
  carrier VARCHAR(16) NOT NULL,
  outcome VARCHAR(16) NOT NULL,
  code VARCHAR(64) NOT NULL,
  meaning VARCHAR(32) NOT NULL,
  messages BIGINT NOT NULL,
  parts BIGINT NOT NULL,
  PRIMARY KEY (on_date, customer_id, contract_id, category, channel, carrier, outcome, code),
  KEY handoff_day_codes_customer (customer_id, on_date)
);
-- +goose Down
DROP TABLE handoff_day_codes;
