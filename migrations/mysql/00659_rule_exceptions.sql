-- +goose Up
CREATE TABLE rule_exceptions (
  id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  rule_id VARCHAR(120) NOT NULL,
  rule_set VARCHAR(64) NOT NULL,
  word VARCHAR(200) NOT NULL,
  context VARCHAR(200) NOT NULL,
  note VARCHAR(500) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  batch_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  group_id VARCHAR(32) NOT NULL,
  messages BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  created_name VARCHAR(100) NOT NULL,
  decided_at BIGINT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decided_name VARCHAR(100) NOT NULL,
  decided_reason VARCHAR(500) NOT NULL,
  draft_id VARCHAR(32) NOT NULL,
  PRIMARY KEY (id),
  KEY rule_exceptions_state (state, created_at)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE rule_exceptions;
