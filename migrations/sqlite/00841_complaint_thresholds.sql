-- +goose Up
CREATE TABLE complaint_thresholds (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  measure VARCHAR(16) NOT NULL,
  per_million VARCHAR(40) NOT NULL,
  at_least BIGINT NOT NULL,
  from_day CHAR(10) NOT NULL,
  ended_on CHAR(10) NULL,
  setter_name VARCHAR(100) NOT NULL,
  reason VARCHAR(200) NOT NULL
);
-- +goose Down
DROP TABLE complaint_thresholds;
