-- +goose Up
CREATE TABLE review_settings (
  name VARCHAR(32) NOT NULL PRIMARY KEY,
  setting BIGINT NOT NULL,
  updated_by VARCHAR(32) NOT NULL,
  updated_at BIGINT NOT NULL
);
-- +goose Down
DROP TABLE review_settings;
