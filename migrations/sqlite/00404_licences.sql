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
  FOREIGN KEY (customer_id) REFERENCES customers (id),
  FOREIGN KEY (document_id) REFERENCES documents (id)
);
CREATE INDEX licences_customer ON licences (customer_id, kind, state);
CREATE INDEX licences_due ON licences (state, valid_to);
-- +goose Down
DROP TABLE licences;
