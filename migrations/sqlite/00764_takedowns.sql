-- +goose Up
CREATE TABLE takedowns (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(200) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  batch_number VARCHAR(32) NOT NULL,
  group_ids TEXT NOT NULL,
  content_class VARCHAR(32) NOT NULL,
  description VARCHAR(2000) NOT NULL,
  state VARCHAR(16) NOT NULL,
  open_key VARCHAR(40) NULL,
  facts TEXT NOT NULL,
  stop_id VARCHAR(32) NOT NULL,
  found_by VARCHAR(32) NOT NULL,
  found_name VARCHAR(100) NOT NULL,
  found_at BIGINT NOT NULL,
  authority VARCHAR(100) NOT NULL,
  report_ref VARCHAR(100) NOT NULL,
  report_sha256 VARCHAR(64) NOT NULL,
  reported_by VARCHAR(32) NOT NULL,
  reported_name VARCHAR(100) NOT NULL,
  reported_at BIGINT NULL,
  lift_asked_by VARCHAR(32) NOT NULL,
  lift_asked_name VARCHAR(100) NOT NULL,
  lift_asked_at BIGINT NULL,
  lift_reason VARCHAR(1000) NOT NULL,
  lift_document_id VARCHAR(32) NOT NULL,
  lifted_by VARCHAR(32) NOT NULL,
  lifted_name VARCHAR(100) NOT NULL,
  lifted_at BIGINT NULL,
  lift_decision VARCHAR(1000) NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX takedowns_open ON takedowns (open_key);
CREATE INDEX takedowns_customer ON takedowns (customer_id);
-- +goose Down
DROP TABLE takedowns;
