-- +goose Up
CREATE TABLE sandbox_clock (
  id INTEGER NOT NULL PRIMARY KEY,
  offset_ns BIGINT NOT NULL,
  moved_at BIGINT NOT NULL
);
-- +goose Down
DROP TABLE sandbox_clock;
