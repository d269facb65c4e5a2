-- +goose Up
CREATE TABLE recipient_limits (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  category VARCHAR(16) NOT NULL,
  days BIGINT NOT NULL,
  most BIGINT NOT NULL,
  reason VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  ended_at BIGINT NULL,
  ended_by VARCHAR(32) NOT NULL,
  live_mark VARCHAR(32) NOT NULL,
  UNIQUE (customer_id, category, days, live_mark)
);
-- +goose Down
DROP TABLE recipient_limits;
