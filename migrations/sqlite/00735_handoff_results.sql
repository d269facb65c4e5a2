-- +goose Up
CREATE TABLE handoff_results (
  batch_id VARCHAR(32) NOT NULL,
  on_date CHAR(10) NOT NULL,
  channel VARCHAR(32) NOT NULL,
  carrier VARCHAR(16) NOT NULL,
  outcome VARCHAR(16) NOT NULL,
  code VARCHAR(64) NOT NULL,
  meaning VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  service_code VARCHAR(20) NOT NULL,
  messages BIGINT NOT NULL,
  parts BIGINT NOT NULL,
  PRIMARY KEY (batch_id, on_date, channel, carrier, outcome, code)
);
CREATE INDEX handoff_results_customer ON handoff_results (customer_id, on_date);
CREATE INDEX handoff_results_channel ON handoff_results (channel, on_date);
CREATE INDEX handoff_results_day ON handoff_results (on_date);
-- +goose Down
DROP TABLE handoff_results;
