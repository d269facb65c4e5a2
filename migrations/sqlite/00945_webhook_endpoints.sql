-- +goose Up
CREATE TABLE webhook_endpoints (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  name VARCHAR(100) NOT NULL,
  url VARCHAR(500) NOT NULL,
  kinds TEXT NOT NULL,
  state VARCHAR(16) NOT NULL,
  sealed VARCHAR(300) NOT NULL,
  sealed_before VARCHAR(300) NOT NULL,
  before_until BIGINT,
  created_by VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL,
  told_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX webhook_endpoints_customer ON webhook_endpoints (customer_id, id);
-- +goose Down
DROP TABLE webhook_endpoints;
