-- +goose Up
CREATE TABLE leaks (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL UNIQUE,
  state VARCHAR(16) NOT NULL,
  severity VARCHAR(16) NOT NULL,
  title VARCHAR(100) NOT NULL,
  description TEXT NOT NULL,
  noticed_at BIGINT NOT NULL,
  from_day CHAR(10) NULL,
  to_day CHAR(10) NULL,
  data_kinds TEXT NOT NULL,
  people BIGINT NOT NULL,
  cause VARCHAR(1000) NOT NULL,
  harm VARCHAR(1000) NOT NULL,
  measures TEXT NOT NULL,
  recorded_by VARCHAR(32) NOT NULL,
  recorder_name VARCHAR(100) NOT NULL,
  recorded_at BIGINT NOT NULL,
  contained_at BIGINT NULL,
  outcome VARCHAR(16) NOT NULL,
  conclusion TEXT NOT NULL,
  asked_by VARCHAR(32) NOT NULL,
  asker_name VARCHAR(100) NOT NULL,
  asked_at BIGINT NULL,
  closed_by VARCHAR(32) NOT NULL,
  closer_name VARCHAR(100) NOT NULL,
  closed_at BIGINT NULL,
  closing_note VARCHAR(1000) NOT NULL,
  version BIGINT NOT NULL
);
-- +goose Down
DROP TABLE leaks;
