-- +goose Up
CREATE TABLE rule_publications (
  id VARCHAR(32) NOT NULL,
  version VARCHAR(64) NOT NULL,
  previous VARCHAR(64) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  draft_id VARCHAR(32) NOT NULL,
  by_id VARCHAR(32) NOT NULL,
  by_name VARCHAR(100) NOT NULL,
  submitted_by VARCHAR(32) NOT NULL,
  submitted_name VARCHAR(100) NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (id),
  KEY rule_publications_at (at)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE rule_publications;
