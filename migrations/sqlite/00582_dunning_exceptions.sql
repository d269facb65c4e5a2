-- +goose Up
CREATE TABLE dunning_exceptions (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  from_date CHAR(10) NOT NULL,
  until_date CHAR(10) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  ended_on CHAR(10) NULL,
  requested_by VARCHAR(32) NOT NULL,
  requester_name VARCHAR(100) NOT NULL,
  requested_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decider_name VARCHAR(100) NOT NULL,
  decided_at BIGINT NULL,
  decision_reason VARCHAR(200) NOT NULL,
  ended_by VARCHAR(32) NOT NULL
);
CREATE INDEX dunning_exceptions_customer ON dunning_exceptions (customer_id, until_date);
CREATE INDEX dunning_exceptions_state ON dunning_exceptions (state, id);
-- +goose Down
DROP TABLE dunning_exceptions;
