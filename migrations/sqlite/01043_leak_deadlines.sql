-- +goose Up
CREATE TABLE leak_deadlines (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  duty VARCHAR(16) NOT NULL,
  severity VARCHAR(16) NOT NULL,
  hours BIGINT NOT NULL,
  basis VARCHAR(200) NOT NULL,
  from_day CHAR(10) NOT NULL,
  ended_on CHAR(10) NULL,
  setter_name VARCHAR(100) NOT NULL,
  reason VARCHAR(200) NOT NULL
);
-- +goose Down
DROP TABLE leak_deadlines;
