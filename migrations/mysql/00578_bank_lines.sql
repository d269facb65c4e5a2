-- +goose Up
CREATE TABLE bank_lines (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  import_id VARCHAR(32) NOT NULL,
  bank_account VARCHAR(40) NOT NULL,
  reference VARCHAR(80) NOT NULL,
  line_no BIGINT NOT NULL,
  on_date CHAR(10) NOT NULL,
  direction VARCHAR(8) NOT NULL,
  reversal INTEGER NOT NULL,
  amount_fen BIGINT NOT NULL,
  balance_fen BIGINT NULL,
  payer_name VARCHAR(100) NOT NULL,
  payer_account VARCHAR(60) NOT NULL,
  purpose VARCHAR(300) NOT NULL,
  state VARCHAR(16) NOT NULL,
  match_kind VARCHAR(24) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  note VARCHAR(200) NOT NULL,
  attempts INTEGER NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decider_name VARCHAR(100) NOT NULL,
  decided_at BIGINT NULL,
  UNIQUE KEY bank_lines_once (bank_account, reference),
  KEY bank_lines_state (state, on_date, id),
  KEY bank_lines_document (document_id),
  KEY bank_lines_import (import_id)
);
-- +goose Down
DROP TABLE bank_lines;
