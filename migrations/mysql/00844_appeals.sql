-- +goose Up
CREATE TABLE appeals (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL UNIQUE,
  state VARCHAR(16) NOT NULL,
  kind VARCHAR(24) NOT NULL,
  object_id VARCHAR(64) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  title VARCHAR(200) NOT NULL,
  reason VARCHAR(1000) NOT NULL,
  decider_id VARCHAR(32) NOT NULL,
  decider_name VARCHAR(100) NOT NULL,
  grounds VARCHAR(2000) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  filed_by VARCHAR(32) NOT NULL,
  filer_name VARCHAR(100) NOT NULL,
  filed_at BIGINT NOT NULL,
  due_on CHAR(10) NOT NULL,
  answer VARCHAR(2000) NOT NULL,
  redress VARCHAR(200) NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  judge_name VARCHAR(100) NOT NULL,
  decided_at BIGINT NULL,
  open_key VARCHAR(100) NULL UNIQUE,
  KEY appeals_customer (customer_id, id),
  KEY appeals_state (state, due_on)
);
-- +goose Down
DROP TABLE appeals;
