-- +goose Up
CREATE TABLE rule_draft_authors (
  draft_id VARCHAR(32) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  user_name VARCHAR(100) NOT NULL,
  changes BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (draft_id, user_id)
);
-- +goose Down
DROP TABLE rule_draft_authors;
