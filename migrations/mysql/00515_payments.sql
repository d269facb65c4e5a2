-- +goose Up
CREATE TABLE payments (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL,
  payment_key VARCHAR(160) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  amount_fen BIGINT NOT NULL,
  value_date CHAR(10) NOT NULL,
  entry_seq BIGINT NOT NULL,
  method VARCHAR(16) NOT NULL,
  bank_account VARCHAR(40) NOT NULL,
  reference VARCHAR(80) NOT NULL,
  note VARCHAR(200) NOT NULL,
  recorded_by VARCHAR(32) NOT NULL,
  recorder_name VARCHAR(100) NOT NULL,
  recorded_at BIGINT NOT NULL,
  UNIQUE KEY payments_number (number),
  UNIQUE KEY payments_key (payment_key),
  KEY payments_customer (customer_id, value_date, entry_seq),
  KEY payments_value (value_date, id)
);
-- +goose Down
DROP TABLE payments;
