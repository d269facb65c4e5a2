-- +goose Up
CREATE TABLE handoff_months (
  month CHAR(7) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  category VARCHAR(16) NOT NULL,
  channel VARCHAR(32) NOT NULL,
  carrier VARCHAR(16) NOT NULL,
  sent BIGINT NOT NULL,
  delivered BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  doubtful BIGINT NOT NULL,
  parts BIGINT NOT NULL,
  PRIMARY KEY (month, customer_id, contract_id, category, channel, carrier)
) WITHOUT ROWID;
CREATE INDEX handoff_months_customer ON handoff_months (customer_id, month);
-- +goose Down
DROP TABLE handoff_months;
