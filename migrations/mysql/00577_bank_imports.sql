-- +goose Up
CREATE TABLE bank_imports (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  bank_account VARCHAR(40) NOT NULL,
  file_name VARCHAR(200) NOT NULL,
  file_sha256 CHAR(64) NOT NULL,
  format VARCHAR(16) NOT NULL,
  encoding VARCHAR(16) NOT NULL,
  line_count BIGINT NOT NULL,
  fresh BIGINT NOT NULL,
  known BIGINT NOT NULL,
  in_fen BIGINT NOT NULL,
  out_fen BIGINT NOT NULL,
  from_date CHAR(10) NULL,
  to_date CHAR(10) NULL,
  opening_fen BIGINT NULL,
  closing_fen BIGINT NULL,
  imported_by VARCHAR(32) NOT NULL,
  importer_name VARCHAR(100) NOT NULL,
  imported_at BIGINT NOT NULL,
  KEY bank_imports_account (bank_account, id)
);
-- +goose Down
DROP TABLE bank_imports;
