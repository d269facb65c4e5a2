-- +goose Up
CREATE TABLE customer_faults (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  field VARCHAR(32) NOT NULL,
  note VARCHAR(500) NOT NULL,
  state VARCHAR(16) NOT NULL,
  open_key VARCHAR(80) NULL,
  raised_by VARCHAR(32) NOT NULL,
  raised_at BIGINT NOT NULL,
  corrected_by VARCHAR(32) NOT NULL,
  corrected_at BIGINT NULL,
  settled_by VARCHAR(32) NOT NULL,
  settled_at BIGINT NULL,
  settlement VARCHAR(500) NOT NULL,
  UNIQUE KEY customer_faults_open (open_key),
  CONSTRAINT customer_faults_customer_id FOREIGN KEY (customer_id) REFERENCES customers (id),
  KEY customer_faults_customer (customer_id, state)
);
-- +goose Down
DROP TABLE customer_faults;
