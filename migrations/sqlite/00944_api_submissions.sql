-- +goose Up
CREATE TABLE api_submissions (
  key_id VARCHAR(32) NOT NULL,
  reference VARCHAR(200) NOT NULL,
  hash CHAR(64) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (key_id, reference)
);
CREATE INDEX api_submissions_batch ON api_submissions (batch_id);
-- +goose Down
DROP TABLE api_submissions;
