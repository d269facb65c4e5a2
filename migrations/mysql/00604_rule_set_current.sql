-- +goose Up
CREATE TABLE rule_set_current (
  id BIGINT NOT NULL PRIMARY KEY,
  version VARCHAR(64) NOT NULL,
  published_by VARCHAR(32) NOT NULL,
  changes BIGINT NOT NULL
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE rule_set_current;
