-- +goose Up
CREATE TABLE maintenance_sheets (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  contract_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  sheet_version INTEGER NOT NULL,
  servers TEXT NOT NULL,
  reason VARCHAR(300) NOT NULL,
  made_on CHAR(10) NOT NULL,
  made_by VARCHAR(32) NOT NULL,
  maker_name VARCHAR(100) NOT NULL,
  document_id VARCHAR(32) NOT NULL
);
CREATE UNIQUE INDEX maintenance_sheets_version ON maintenance_sheets (contract_id, sheet_version);
-- +goose Down
DROP TABLE maintenance_sheets;
