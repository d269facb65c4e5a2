-- +goose Up
CREATE TABLE escalations (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  batch_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(200) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  scope VARCHAR(16) NOT NULL,
  group_id VARCHAR(32) NOT NULL,
  messages BIGINT NOT NULL,
  question VARCHAR(2000) NOT NULL,
  authority VARCHAR(100) NOT NULL,
  state VARCHAR(16) NOT NULL,
  open_key VARCHAR(80) NULL,
  asked_by VARCHAR(32) NOT NULL,
  asked_name VARCHAR(100) NOT NULL,
  asked_at BIGINT NOT NULL,
  due_on CHAR(10) NOT NULL,
  remind_on CHAR(10) NULL,
  reminders BIGINT NOT NULL,
  outcome VARCHAR(16) NOT NULL,
  answer VARCHAR(2000) NOT NULL,
  answer_ref VARCHAR(100) NOT NULL,
  answered_on CHAR(10) NULL,
  document_id VARCHAR(32) NOT NULL,
  recorded_by VARCHAR(32) NOT NULL,
  recorded_name VARCHAR(100) NOT NULL,
  recorded_at BIGINT NULL
);
CREATE UNIQUE INDEX escalations_open ON escalations (open_key);
CREATE INDEX escalations_batch ON escalations (batch_id);
CREATE INDEX escalations_due ON escalations (state, remind_on);
-- +goose Down
DROP TABLE escalations;
