-- +goose Up
CREATE TABLE review_overturned (
  refusal_id VARCHAR(64) NOT NULL PRIMARY KEY,
  batch_id VARCHAR(32) NOT NULL,
  why VARCHAR(16) NOT NULL,
  reference VARCHAR(64) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  by_id VARCHAR(32) NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX review_overturned_batch ON review_overturned (batch_id);
-- +goose Down
DROP TABLE review_overturned;
