-- +goose Up
CREATE TABLE rule_shadows (
  id VARCHAR(32) NOT NULL,
  version VARCHAR(64) NOT NULL,
  live_key VARCHAR(8) NULL,
  reason VARCHAR(500) NOT NULL,
  started_at BIGINT NOT NULL,
  started_by VARCHAR(32) NOT NULL,
  started_name VARCHAR(100) NOT NULL,
  ended_at BIGINT NULL,
  ended_by VARCHAR(32) NOT NULL,
  ended_name VARCHAR(100) NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX rule_shadows_live ON rule_shadows (live_key);
-- +goose Down
DROP TABLE rule_shadows;
