-- +goose Up
CREATE TABLE tickets (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL UNIQUE,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  subject VARCHAR(200) NOT NULL,
  state VARCHAR(16) NOT NULL,
  urgent INTEGER NOT NULL,
  opened_by VARCHAR(32) NOT NULL,
  opened_by_name VARCHAR(100) NOT NULL,
  opened_at BIGINT NOT NULL,
  due_at BIGINT,
  answered_at BIGINT,
  closed_at BIGINT,
  closed_by VARCHAR(32) NOT NULL,
  taken_by VARCHAR(32) NOT NULL,
  taken_by_name VARCHAR(100) NOT NULL,
  posts BIGINT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  KEY tickets_customer (customer_id, id),
  KEY tickets_state (state, due_at)
);
-- +goose Down
DROP TABLE tickets;
