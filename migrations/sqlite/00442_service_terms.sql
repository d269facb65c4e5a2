-- +goose Up
CREATE TABLE service_terms (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  state VARCHAR(16) NOT NULL,
  title VARCHAR(100) NOT NULL,
  template_id VARCHAR(64) NOT NULL,
  template_version INTEGER NOT NULL,
  filled TEXT NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  changes VARCHAR(2000) NOT NULL,
  sha256 CHAR(64) NOT NULL,
  announced_on CHAR(10) NULL,
  effective_on CHAR(10) NULL,
  use_accepts INTEGER NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL,
  updated_by VARCHAR(32) NOT NULL,
  published_by VARCHAR(32) NOT NULL,
  published_at BIGINT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX service_terms_state ON service_terms (state, effective_on);
-- +goose Down
DROP TABLE service_terms;
