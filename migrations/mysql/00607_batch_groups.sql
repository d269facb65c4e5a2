-- +goose Up
CREATE TABLE batch_groups (
  batch_id VARCHAR(32) NOT NULL,
  id CHAR(16) NOT NULL,
  is_rest SMALLINT NOT NULL,
  pass BIGINT NOT NULL,
  hold BIGINT NOT NULL,
  refuse BIGINT NOT NULL,
  escalate BIGINT NOT NULL,
  parts BIGINT NOT NULL,
  max_level BIGINT NOT NULL,
  rules LONGTEXT NOT NULL,
  reasons LONGTEXT NOT NULL,
  first_seq BIGINT NOT NULL,
  sealed LONGTEXT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (batch_id, id)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE batch_groups;
