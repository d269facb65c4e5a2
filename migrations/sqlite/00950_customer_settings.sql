-- +goose Up
CREATE TABLE customer_settings (
  customer_id VARCHAR(32) NOT NULL PRIMARY KEY,
  needs_release INTEGER NOT NULL,
  needs_check INTEGER NOT NULL,
  set_by VARCHAR(32) NOT NULL,
  set_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
-- +goose Down
DROP TABLE customer_settings;
