-- +goose Up
CREATE TABLE contracts (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL UNIQUE,
  kind VARCHAR(16) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  owner_id VARCHAR(32) NOT NULL,
  template_id VARCHAR(64) NOT NULL,
  template_version INTEGER NOT NULL,
  state VARCHAR(24) NOT NULL,
  start_date CHAR(10) NOT NULL,
  end_date CHAR(10) NOT NULL,
  service_code VARCHAR(20) NOT NULL,
  send_from CHAR(5) NOT NULL,
  send_to CHAR(5) NOT NULL,
  allowed_categories VARCHAR(200) NOT NULL,
  carriers VARCHAR(100) NOT NULL,
  filled TEXT NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL,
  updated_by VARCHAR(32) NOT NULL,
  updated_at BIGINT NOT NULL,
  submitted_by VARCHAR(32) NOT NULL,
  approved_by VARCHAR(32) NOT NULL,
  approved_at BIGINT NULL,
  document_id VARCHAR(32) NOT NULL,
  document_sha256 VARCHAR(64) NOT NULL,
  activated_on CHAR(10) NULL,
  ends_on CHAR(10) NULL,
  end_cause VARCHAR(32) NOT NULL,
  end_reason VARCHAR(500) NOT NULL,
  ended_on CHAR(10) NULL,
  version BIGINT NOT NULL,
  FOREIGN KEY (customer_id) REFERENCES customers (id)
);
CREATE INDEX contracts_customer ON contracts (customer_id, kind, state);
CREATE INDEX contracts_state ON contracts (state, start_date);
CREATE INDEX contracts_end ON contracts (state, end_date);
-- +goose Down
DROP TABLE contracts;
