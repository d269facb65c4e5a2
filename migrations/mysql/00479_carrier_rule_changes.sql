-- +goose Up
CREATE TABLE carrier_rule_changes (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  carrier VARCHAR(16) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  effective_on CHAR(10) NOT NULL,
  note VARCHAR(500) NOT NULL,
  made_by VARCHAR(32) NOT NULL,
  made_at BIGINT NOT NULL,
  applied_at BIGINT NULL,
  queued BIGINT NOT NULL,
  KEY carrier_rule_changes_due (applied_at, effective_on)
);
-- +goose Down
DROP TABLE carrier_rule_changes;
