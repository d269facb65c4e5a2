-- +goose Up
CREATE TABLE leases (
  name VARCHAR(64) NOT NULL PRIMARY KEY,
  holder VARCHAR(64) NOT NULL,
  fence BIGINT NOT NULL,
  until_ms BIGINT NOT NULL
);
-- +goose Down
DROP TABLE leases;
