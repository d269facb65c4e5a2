-- +goose Up
CREATE TABLE webhook_events (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  object_type VARCHAR(32) NOT NULL,
  object_id VARCHAR(32) NOT NULL,
  sealed LONGTEXT NOT NULL,
  data_key_id VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL,
  KEY webhook_events_customer (customer_id, id)
);
-- +goose Down
DROP TABLE webhook_events;
