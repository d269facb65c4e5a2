-- +goose Up
CREATE TABLE webhook_events (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  object_type VARCHAR(32) NOT NULL,
  object_id VARCHAR(32) NOT NULL,
  sealed TEXT NOT NULL,
  data_key_id VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX webhook_events_customer ON webhook_events (customer_id, id);
-- +goose Down
DROP TABLE webhook_events;
