-- +goose Up
CREATE TABLE rule_hit_days (
  rule_id VARCHAR(120) NOT NULL,
  on_date CHAR(10) NOT NULL,
  messages BIGINT NOT NULL,
  shadow BIGINT NOT NULL,
  batches BIGINT NOT NULL,
  PRIMARY KEY (rule_id, on_date)
);
-- +goose Down
DROP TABLE rule_hit_days;
