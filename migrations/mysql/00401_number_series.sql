-- +goose Up
CREATE TABLE number_series (
  name VARCHAR(64) NOT NULL PRIMARY KEY,
  last_number BIGINT NOT NULL
);
-- +goose Down
DROP TABLE number_series;
