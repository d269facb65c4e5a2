-- +goose Up
CREATE TABLE batch_releases (
  batch_id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  asked_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decided_by_name VARCHAR(100) NOT NULL,
  decided_at BIGINT,
  note VARCHAR(500) NOT NULL,
  KEY batch_releases_customer (customer_id, state)
);
-- +goose Down
DROP TABLE batch_releases;
