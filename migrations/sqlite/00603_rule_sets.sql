-- +goose Up
CREATE TABLE rule_sets (
  version VARCHAR(64) NOT NULL PRIMARY KEY,
  hash CHAR(64) NOT NULL UNIQUE,
  files TEXT NOT NULL,
  rule_count BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  published_at BIGINT NULL,
  published_by VARCHAR(32) NOT NULL
);
-- +goose Down
DROP TABLE rule_sets;
