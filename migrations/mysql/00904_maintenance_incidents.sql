-- +goose Up
CREATE TABLE maintenance_incidents (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL UNIQUE,
  contract_id VARCHAR(32) NOT NULL,
  contract_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  creator_name VARCHAR(100) NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  title VARCHAR(100) NOT NULL,
  text LONGTEXT NOT NULL,
  object VARCHAR(100) NOT NULL,
  reported_at BIGINT NOT NULL,
  respond_by BIGINT NOT NULL,
  responded_at BIGINT NULL,
  responder VARCHAR(100) NOT NULL,
  resolved_at BIGINT NULL,
  cause VARCHAR(500) NOT NULL,
  prevention VARCHAR(500) NOT NULL,
  closed_at BIGINT NULL,
  reopened INTEGER NOT NULL,
  reminded_at BIGINT NULL,
  KEY maintenance_incidents_contract (contract_id, id),
  KEY maintenance_incidents_state (state, respond_by)
);
-- +goose Down
DROP TABLE maintenance_incidents;
