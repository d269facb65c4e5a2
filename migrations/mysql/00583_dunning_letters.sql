-- +goose Up
CREATE TABLE dunning_letters (
  bill_id VARCHAR(32) NOT NULL,
  step VARCHAR(16) NOT NULL,
  id VARCHAR(32) NOT NULL,
  number VARCHAR(32) NOT NULL,
  bill_number VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  contract_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  on_date CHAR(10) NOT NULL,
  principal_fen BIGINT NOT NULL,
  late_fee_fen BIGINT NOT NULL,
  due_on CHAR(10) NOT NULL,
  suspend_on CHAR(10) NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (bill_id, step),
  UNIQUE KEY dunning_letters_id (id),
  UNIQUE KEY dunning_letters_number (number),
  KEY dunning_letters_customer (customer_id, id),
  KEY dunning_letters_day (on_date, id)
);
-- +goose Down
DROP TABLE dunning_letters;
