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
  PRIMARY KEY (id),
  UNIQUE KEY rule_drafts_live (live_key),
  KEY rule_drafts_made (created_at)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE rule_drafts;
