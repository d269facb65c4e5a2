-- +goose Up
CREATE TABLE signatures (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  sign_text VARCHAR(20) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  live_key VARCHAR(64) NULL UNIQUE,
  submitted_by VARCHAR(32) NOT NULL,
  submitted_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decided_at BIGINT NULL,
  reason VARCHAR(500) NOT NULL,
  CONSTRAINT signatures_customer_id FOREIGN KEY (customer_id) REFERENCES customers (id),
  CONSTRAINT signatures_document_id FOREIGN KEY (document_id) REFERENCES documents (id),
  KEY signatures_customer (customer_id, state),
  KEY signatures_state (state, id),
  KEY signatures_text (sign_text)
);
-- +goose Down
DROP TABLE signatures;
