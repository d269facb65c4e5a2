-- +goose Up
CREATE TABLE quality_reports (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL,
  report_key VARCHAR(64) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(255) NOT NULL,
  month CHAR(7) NOT NULL,
  made_on CHAR(10) NOT NULL,
  made_at BIGINT NOT NULL,
  delivered BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  doubtful BIGINT NOT NULL,
  p50_s BIGINT NOT NULL,
  p99_s BIGINT NOT NULL,
  outage_minutes BIGINT NOT NULL,
  content LONGTEXT NOT NULL,
  hash CHAR(64) NOT NULL,
  UNIQUE KEY quality_reports_number (number),
  UNIQUE KEY quality_reports_key (report_key),
  KEY quality_reports_customer (customer_id, month),
  KEY quality_reports_month (month, number)
);
-- +goose Down
DROP TABLE quality_reports;
