-- +goose Up
CREATE TABLE complaints (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL UNIQUE,
  state VARCHAR(16) NOT NULL,
  source VARCHAR(16) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  carrier VARCHAR(8) NOT NULL,
  carrier_ref VARCHAR(80) NULL UNIQUE,
  phone_hash CHAR(64) NOT NULL,
  sealed TEXT NOT NULL,
  data_key_id VARCHAR(64) NOT NULL,
  received_on CHAR(10) NOT NULL,
  message_on CHAR(10) NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  seq BIGINT NOT NULL,
  signature VARCHAR(60) NOT NULL,
  due_on CHAR(10) NOT NULL,
  answer_by CHAR(10) NULL,
  forwarded_at BIGINT NULL,
  answer VARCHAR(1000) NOT NULL,
  answered_at BIGINT NULL,
  answerer_name VARCHAR(100) NOT NULL,
  repeat_of VARCHAR(32) NOT NULL,
  by_delay INTEGER NOT NULL,
  blocked VARCHAR(16) NOT NULL,
  outcome VARCHAR(16) NOT NULL,
  result VARCHAR(1000) NOT NULL,
  closed_on CHAR(10) NULL,
  closer_id VARCHAR(32) NOT NULL,
  closer_name VARCHAR(100) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  recorded_by VARCHAR(32) NOT NULL,
  recorder_name VARCHAR(100) NOT NULL,
  recorded_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX complaints_customer ON complaints (customer_id, received_on);
CREATE INDEX complaints_state ON complaints (state, due_on);
CREATE INDEX complaints_phone ON complaints (phone_hash, customer_id);
-- +goose Down
DROP TABLE complaints;
