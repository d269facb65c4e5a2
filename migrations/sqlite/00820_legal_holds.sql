-- +goose Up
CREATE TABLE legal_holds (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL UNIQUE,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  first_month VARCHAR(7) NOT NULL,
  last_month VARCHAR(7) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  batch_number VARCHAR(32) NOT NULL,
  authority VARCHAR(100) NOT NULL,
  reference VARCHAR(100) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  placed_by VARCHAR(32) NOT NULL,
  placed_name VARCHAR(100) NOT NULL,
  placed_at BIGINT NOT NULL,
  lifted_by VARCHAR(32) NOT NULL,
  lifted_name VARCHAR(100) NOT NULL,
  lifted_at BIGINT NULL,
  lift_reason VARCHAR(500) NOT NULL
);
CREATE INDEX legal_holds_customer ON legal_holds (customer_id);
-- +goose Down
DROP TABLE legal_holds;
