-- +goose Up
CREATE TABLE handoffs (
  batch_id VARCHAR(32) NOT NULL PRIMARY KEY,
  manifest_id VARCHAR(32) NOT NULL UNIQUE,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  service_code VARCHAR(20) NOT NULL,
  channel VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  scheduled_at BIGINT NULL,
  holds TEXT NOT NULL,
  held_since BIGINT NULL,
  approved BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  closed_at BIGINT NULL,
  looked_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  KEY handoffs_work (state, looked_at),
  KEY handoffs_contract (contract_id, state)
);
-- +goose Down
DROP TABLE handoffs;
