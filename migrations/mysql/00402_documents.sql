-- +goose Up
CREATE TABLE documents (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  blob_key VARCHAR(200) NOT NULL,
  name VARCHAR(200) NOT NULL,
  purpose VARCHAR(32) NOT NULL,
  mime VARCHAR(100) NOT NULL,
  size BIGINT NOT NULL,
  sha256 CHAR(64) NOT NULL,
  uploaded_by VARCHAR(32) NOT NULL,
  uploaded_at BIGINT NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  object_type VARCHAR(32) NOT NULL,
  object_id VARCHAR(32) NOT NULL,
  linked_at BIGINT NULL,
  KEY documents_object (object_type, object_id)
);
-- +goose Down
DROP TABLE documents;
