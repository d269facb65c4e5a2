-- +goose Up
CREATE TABLE handoff_channels (
  name VARCHAR(32) NOT NULL PRIMARY KEY,
  tokens BIGINT NOT NULL,
  filled_at BIGINT NOT NULL
);
-- +goose Down
DROP TABLE handoff_channels;
