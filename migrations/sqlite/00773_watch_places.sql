-- +goose Up
CREATE TABLE watch_places (
  user_id VARCHAR(32) NOT NULL,
  place VARCHAR(64) NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, place)
);
-- +goose Down
DROP TABLE watch_places;
