-- +goose Up
CREATE TABLE holidays (
  day CHAR(10) NOT NULL PRIMARY KEY,
  worked INTEGER NOT NULL,
  name VARCHAR(30) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  entered_by VARCHAR(32) NOT NULL,
  entered_name VARCHAR(100) NOT NULL,
  entered_at BIGINT NOT NULL
);
-- +goose Down
DROP TABLE holidays;
