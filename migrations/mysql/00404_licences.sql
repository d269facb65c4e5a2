-- +goose Up
CREATE TABLE licences (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  number VARCHAR(64) NOT NULL,
  issuer VARCHAR(100) NOT NULL,
  valid_from CHAR(10) NOT NULL,
  valid_to CHAR(10) NULL,
  document_id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  submitted_by VARCHAR(32) NOT NULL,
  submitted_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decided_at BIGINT NULL,
  reason VARCHAR(500) NOT NULL,
  CONSTRAINT licences_customer_id FOREIGN KEY (customer_id) REFERENCES customers (id),
  CONSTRAINT licences_document_id FOREIGN KEY (document_id) REFERENCES documents (id),
  KEY licences_customer (customer_id, kind, state),
  KEY licences_due (state, valid_to)
);
-- +goose Down
DROP TABLE licences;
