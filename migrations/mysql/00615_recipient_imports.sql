-- +goose Up
CREATE TABLE recipient_imports (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  purpose VARCHAR(16) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  signature_id VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  file_name VARCHAR(255) NOT NULL,
  file_sha256 CHAR(64) NOT NULL,
  row_count BIGINT NOT NULL,
  added BIGINT NOT NULL,
  known BIGINT NOT NULL,
  bad BIGINT NOT NULL,
  note VARCHAR(500) NOT NULL,
  is_done INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  created_name VARCHAR(100) NOT NULL,
  KEY recipient_imports_customer (customer_id, id)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE recipient_imports;
