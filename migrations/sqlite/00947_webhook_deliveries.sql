-- +goose Up
CREATE TABLE webhook_deliveries (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  event_id VARCHAR(32) NOT NULL,
  endpoint_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  tries BIGINT NOT NULL,
  next_try_at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL,
  status BIGINT NOT NULL,
  response VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT,
  UNIQUE (event_id, endpoint_id)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (state, next_try_at);
CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (endpoint_id, id);
CREATE INDEX webhook_deliveries_customer ON webhook_deliveries (customer_id, id);
-- +goose Down
DROP TABLE webhook_deliveries;
