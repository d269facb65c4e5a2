-- +goose Up
CREATE TABLE api_buckets (
  key_id VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  millis BIGINT NOT NULL,
  filled_at BIGINT NOT NULL,
  PRIMARY KEY (key_id, kind)
);
-- +goose Down
DROP TABLE api_buckets;
