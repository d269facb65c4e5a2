-- +goose Up
CREATE TABLE rule_drafts (
  id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  live_key VARCHAR(8) NULL,
  base_version VARCHAR(64) NOT NULL,
  version BIGINT NOT NULL,
  reason VARCHAR(500) NOT NULL,
  hash CHAR(64) NOT NULL,
  submitted_by VARCHAR(32) NOT NULL,
  submitted_name VARCHAR(100) NOT NULL,
  submitted_at BIGINT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decided_name VARCHAR(100) NOT NULL,
  decided_at BIGINT NULL,
  decided_reason VARCHAR(500) NOT NULL,
  published_version VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  created_name VARCHAR(100) NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX rule_drafts_live ON rule_drafts (live_key);
CREATE INDEX rule_drafts_made ON rule_drafts (created_at);
-- +goose Down
DROP TABLE rule_drafts;
