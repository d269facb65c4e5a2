-- +goose Up
CREATE TABLE ledger_entries (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  entry_key VARCHAR(120) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  on_date CHAR(10) NOT NULL,
  posted_at BIGINT NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  document_type VARCHAR(32) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  posted_by VARCHAR(32) NOT NULL
);
CREATE UNIQUE INDEX ledger_entries_key ON ledger_entries (entry_key);
CREATE INDEX ledger_entries_document ON ledger_entries (document_id);
CREATE INDEX ledger_entries_customer ON ledger_entries (customer_id, id);
-- +goose Down
DROP TABLE ledger_entries;
