-- +goose Up
CREATE TABLE plan_versions (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  plan_id VARCHAR(32) NOT NULL,
  number INTEGER NOT NULL,
  state VARCHAR(16) NOT NULL,
  terms LONGTEXT NOT NULL,
  valid_from CHAR(10) NOT NULL,
  note VARCHAR(500) NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  creator_name VARCHAR(100) NOT NULL,
  created_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decider_name VARCHAR(100) NOT NULL,
  decided_at BIGINT,
  decision VARCHAR(500) NOT NULL,
  CONSTRAINT plan_versions_number UNIQUE (plan_id, number),
  FOREIGN KEY (plan_id) REFERENCES plans (id)
);
-- +goose Down
DROP TABLE plan_versions;
