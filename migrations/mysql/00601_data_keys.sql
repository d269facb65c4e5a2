-- +goose Up
CREATE TABLE data_keys (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  purpose VARCHAR(16) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  month VARCHAR(7) NOT NULL,
  master_id VARCHAR(32) NOT NULL,
  wrapped VARCHAR(255) NOT NULL,
  created_at BIGINT NOT NULL,
  destroyed_at BIGINT NULL,
  UNIQUE (purpose, customer_id, month)
);
-- +goose Down
DROP TABLE data_keys;
