-- +goose Up
CREATE TABLE watch_alerts (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  once_key VARCHAR(191) NOT NULL,
  code VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(200) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  on_date CHAR(10) NOT NULL,
  state VARCHAR(16) NOT NULL,
  level BIGINT NOT NULL,
  evidence LONGTEXT NOT NULL,
  raised_at BIGINT NOT NULL,
  stop_id VARCHAR(32) NOT NULL,
  lifted_by VARCHAR(32) NOT NULL,
  lifted_name VARCHAR(100) NOT NULL,
  lifted_at BIGINT NULL,
  lift_reason VARCHAR(500) NOT NULL,
  closed_by VARCHAR(32) NOT NULL,
  closed_name VARCHAR(100) NOT NULL,
  closed_at BIGINT NULL,
  outcome VARCHAR(16) NOT NULL,
  close_reason VARCHAR(500) NOT NULL,
  UNIQUE KEY watch_alerts_once (once_key),
  KEY watch_alerts_state (state, id),
  KEY watch_alerts_customer (customer_id, id)
);
-- +goose Down
DROP TABLE watch_alerts;
