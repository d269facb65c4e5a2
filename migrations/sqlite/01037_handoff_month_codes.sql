-- +goose Up
CREATE TABLE handoff_month_codes (
  month CHAR(7) NOT NULL,
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
  PRIMARY KEY (month, customer_id, contract_id, category, channel, carrier, outcome, code)
) WITHOUT ROWID;
CREATE INDEX handoff_month_codes_customer ON handoff_month_codes (customer_id, month);
-- +goose Down
DROP TABLE handoff_month_codes;
