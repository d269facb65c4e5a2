-- +goose Up
CREATE TABLE handoff_figures (
  batch_id VARCHAR(32) NOT NULL,
  on_date CHAR(10) NOT NULL,
  carrier VARCHAR(16) NOT NULL,
  service_code VARCHAR(20) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  delivered BIGINT NOT NULL,
  parts BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  PRIMARY KEY (batch_id, on_date, carrier, service_code)
);
CREATE INDEX handoff_figures_contract ON handoff_figures (contract_id, on_date);
-- +goose Down
DROP TABLE handoff_figures;
