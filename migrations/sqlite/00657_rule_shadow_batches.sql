-- +goose Up
CREATE TABLE rule_shadow_batches (
  shadow_id VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  rule_set VARCHAR(64) NOT NULL,
  on_date CHAR(10) NOT NULL,
  messages BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  figures TEXT NOT NULL,
  PRIMARY KEY (shadow_id, batch_id)
);
-- +goose Down
DROP TABLE rule_shadow_batches;
