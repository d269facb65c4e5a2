-- +goose Up
CREATE TABLE review_rechecks (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  batch_id VARCHAR(32) NOT NULL,
  batch_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(200) NOT NULL,
  why VARCHAR(16) NOT NULL,
  state VARCHAR(16) NOT NULL,
  due_on CHAR(10) NOT NULL,
  made_at BIGINT NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  user_name VARCHAR(100) NOT NULL,
  done_at BIGINT NULL,
  items BIGINT NOT NULL,
  agreed BIGINT NOT NULL,
  resolution VARCHAR(16) NOT NULL,
  resolved_by VARCHAR(32) NOT NULL,
  resolved_name VARCHAR(100) NOT NULL,
  resolved_at BIGINT NULL,
  resolve_reason VARCHAR(500) NOT NULL,
  UNIQUE KEY review_rechecks_batch (batch_id),
  KEY review_rechecks_state (state, due_on)
);
-- +goose Down
DROP TABLE review_rechecks;
