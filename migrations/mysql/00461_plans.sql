-- +goose Up
CREATE TABLE plans (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  code VARCHAR(32) NOT NULL UNIQUE,
  kind VARCHAR(16) NOT NULL,
  name VARCHAR(100) NOT NULL,
  name_en VARCHAR(100) NOT NULL,
  published INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL
);
-- +goose Down
DROP TABLE plans;
