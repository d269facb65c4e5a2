-- +goose Up
CREATE TABLE review_profiles (
  user_id VARCHAR(32) NOT NULL PRIMARY KEY,
  user_name VARCHAR(100) NOT NULL,
  categories VARCHAR(500) NOT NULL,
  max_risk BIGINT NOT NULL,
  customers TEXT NOT NULL,
  on_duty INTEGER NOT NULL,
  updated_by VARCHAR(32) NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
-- +goose Down
DROP TABLE review_profiles;
