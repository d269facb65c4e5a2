-- +goose Up
CREATE TABLE recipient_consents (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL UNIQUE,
  customer_id VARCHAR(32) NOT NULL,
  signature_id VARCHAR(32) NOT NULL,
  category VARCHAR(16) NOT NULL,
  title VARCHAR(200) NOT NULL,
  obtained VARCHAR(16) NOT NULL,
  most BIGINT NOT NULL,
  days BIGINT NOT NULL,
  from_date CHAR(10) NOT NULL,
  until_date CHAR(10) NULL,
  document_id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  member_count BIGINT NOT NULL,
  bad_count BIGINT NOT NULL,
  file_name VARCHAR(255) NOT NULL,
  file_sha256 CHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  created_name VARCHAR(100) NOT NULL,
  verified_at BIGINT NULL,
  verified_by VARCHAR(32) NOT NULL,
  verified_name VARCHAR(100) NOT NULL,
  ended_at BIGINT NULL,
  purged_at BIGINT NULL,
  version BIGINT NOT NULL,
  KEY recipient_consents_customer (customer_id, state)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE recipient_consents;
