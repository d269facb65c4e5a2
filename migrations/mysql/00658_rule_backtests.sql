-- +goose Up
CREATE TABLE rule_backtests (
  id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  draft_id VARCHAR(32) NOT NULL,
  base_version VARCHAR(64) NOT NULL,
  hash CHAR(64) NOT NULL,
  files LONGTEXT NOT NULL,
  from_date CHAR(10) NOT NULL,
  to_date CHAR(10) NOT NULL,
  wanted BIGINT NOT NULL,
  population BIGINT NOT NULL,
  batches BIGINT NOT NULL,
  done BIGINT NOT NULL,
  passed BIGINT NOT NULL,
  at_batch VARCHAR(32) NOT NULL,
  at_chunk BIGINT NOT NULL,
  result LONGTEXT NOT NULL,
  fault VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  created_name VARCHAR(100) NOT NULL,
  ended_at BIGINT NULL,
  lease_token BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  PRIMARY KEY (id),
  KEY rule_backtests_state (state, lease_until)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE rule_backtests;
