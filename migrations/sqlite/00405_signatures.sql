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
  FOREIGN KEY (customer_id) REFERENCES customers (id),
  FOREIGN KEY (document_id) REFERENCES documents (id)
);
CREATE INDEX signatures_customer ON signatures (customer_id, state);
CREATE INDEX signatures_state ON signatures (state, id);
CREATE INDEX signatures_text ON signatures (sign_text);
-- +goose Down
DROP TABLE signatures;
