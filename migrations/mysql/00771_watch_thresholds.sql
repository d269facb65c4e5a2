-- +goose Up
CREATE TABLE watch_thresholds (
  customer_id VARCHAR(32) NOT NULL,
  code VARCHAR(32) NOT NULL,
  customer_name VARCHAR(200) NOT NULL,
  enabled TINYINT NOT NULL,
  auto_stop TINYINT NOT NULL,
  params VARCHAR(1000) NOT NULL,
  until_date CHAR(10) NULL,
  reason VARCHAR(500) NOT NULL,
  updated_by VARCHAR(32) NOT NULL,
  updated_name VARCHAR(100) NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, code)
);
-- +goose Down
DROP TABLE watch_thresholds;
