-- +goose Up
CREATE TABLE watch_rules (
  code VARCHAR(32) NOT NULL PRIMARY KEY,
  enabled TINYINT NOT NULL,
  auto_stop TINYINT NOT NULL,
  level BIGINT NOT NULL,
  params VARCHAR(1000) NOT NULL,
  updated_by VARCHAR(32) NOT NULL,
  updated_name VARCHAR(100) NOT NULL,
  updated_at BIGINT NULL,
  version BIGINT NOT NULL
);
-- +goose Down
DROP TABLE watch_rules;
