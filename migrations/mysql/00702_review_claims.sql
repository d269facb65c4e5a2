-- +goose Up
CREATE TABLE review_claims (
  batch_id VARCHAR(32) NOT NULL PRIMARY KEY,
  user_id VARCHAR(32) NOT NULL,
  user_name VARCHAR(100) NOT NULL,
  taken_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  KEY review_claims_expiry (expires_at)
);
-- +goose Down
DROP TABLE review_claims;
