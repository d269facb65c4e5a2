-- +goose Up
CREATE TABLE handoff_days (
  on_date CHAR(10) NOT NULL,
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
  PRIMARY KEY (on_date, customer_id, contract_id, category, channel, carrier),
  KEY handoff_days_customer (customer_id, on_date)
);
-- +goose Down
DROP TABLE handoff_days;
