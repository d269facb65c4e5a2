-- +goose Up
CREATE TABLE payment_allocations (
  payment_id VARCHAR(32) NOT NULL,
  bill_id VARCHAR(32) NOT NULL,
  on_date CHAR(10) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  principal_fen BIGINT NOT NULL,
  late_fee_fen BIGINT NOT NULL,
  PRIMARY KEY (payment_id, bill_id, on_date),
  KEY payment_allocations_bill (bill_id),
  KEY payment_allocations_customer (customer_id)
);
-- +goose Down
DROP TABLE payment_allocations;
