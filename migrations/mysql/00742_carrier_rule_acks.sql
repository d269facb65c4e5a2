-- +goose Up
CREATE TABLE carrier_rule_acks (
  rule_id VARCHAR(32) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  user_name VARCHAR(100) NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (rule_id, user_id)
);
-- +goose Down
DROP TABLE carrier_rule_acks;
