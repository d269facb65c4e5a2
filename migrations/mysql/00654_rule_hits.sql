-- +goose Up
CREATE TABLE rule_hits (
  batch_id VARCHAR(32) NOT NULL,
  rule_id VARCHAR(120) NOT NULL,
  rule_set VARCHAR(64) NOT NULL,
  on_date CHAR(10) NOT NULL,
  messages BIGINT NOT NULL,
  shadow BIGINT NOT NULL,
  PRIMARY KEY (batch_id, rule_id),
  KEY rule_hits_rule (rule_id, on_date)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE rule_hits;
