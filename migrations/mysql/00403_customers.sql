-- +goose Up
CREATE TABLE customers (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL UNIQUE,
  name VARCHAR(100) NOT NULL,
  uscc CHAR(18) NOT NULL UNIQUE,
  address VARCHAR(200) NOT NULL,
  legal_rep VARCHAR(50) NOT NULL,
  industry VARCHAR(50) NOT NULL,
  bank_name VARCHAR(100) NOT NULL,
  bank_account VARCHAR(40) NOT NULL,
  contacts LONGTEXT NOT NULL,
  owner_id VARCHAR(32) NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  KEY customers_owner (owner_id, id),
  KEY customers_name (name)
);
-- +goose Down
DROP TABLE customers;
