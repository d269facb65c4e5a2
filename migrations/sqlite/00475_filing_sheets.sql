-- +goose Up
CREATE TABLE filing_sheets (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL,
  carrier VARCHAR(16) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  filing_count BIGINT NOT NULL,
  due_on CHAR(10) NOT NULL,
  made_by VARCHAR(32) NOT NULL,
  made_at BIGINT NOT NULL,
  UNIQUE (number)
);
CREATE INDEX filing_sheets_carrier ON filing_sheets (carrier, id);
-- +goose Down
DROP TABLE filing_sheets;
