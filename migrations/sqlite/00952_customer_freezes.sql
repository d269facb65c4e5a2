-- +goose Up
CREATE TABLE customer_freezes (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  live_key VARCHAR(32) UNIQUE,
  reason VARCHAR(500) NOT NULL,
  frozen_by VARCHAR(32) NOT NULL,
  frozen_by_name VARCHAR(100) NOT NULL,
  frozen_at BIGINT NOT NULL,
  lifted_by VARCHAR(32) NOT NULL,
  lifted_at BIGINT,
  lift_reason VARCHAR(500) NOT NULL,
  people TEXT NOT NULL,
  stop_id VARCHAR(32) NOT NULL,
  check_id VARCHAR(32) NOT NULL
);
CREATE INDEX customer_freezes_customer ON customer_freezes (customer_id, id);
-- +goose Down
DROP TABLE customer_freezes;
