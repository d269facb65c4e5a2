-- +goose Up
CREATE TABLE review_signatures (
  batch_id VARCHAR(32) NOT NULL,
  decisions_hash CHAR(64) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  user_name VARCHAR(100) NOT NULL,
  at BIGINT NOT NULL,
  real_at BIGINT NOT NULL,
  PRIMARY KEY (batch_id, decisions_hash, user_id)
);
-- +goose Down
DROP TABLE review_signatures;
