-- +goose Up
CREATE TABLE payment_cheques (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  cheque_key VARCHAR(160) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  cheque_number VARCHAR(40) NOT NULL,
  bank VARCHAR(100) NOT NULL,
  drawer VARCHAR(100) NOT NULL,
  amount_fen BIGINT NOT NULL,
  received_on CHAR(10) NOT NULL,
  state VARCHAR(16) NOT NULL,
  closed_on CHAR(10) NULL,
  payment_id VARCHAR(32) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  recorded_by VARCHAR(32) NOT NULL,
  recorder_name VARCHAR(100) NOT NULL,
  recorded_at BIGINT NOT NULL,
  closed_by VARCHAR(32) NOT NULL,
  closed_at BIGINT NULL
);
CREATE UNIQUE INDEX payment_cheques_once ON payment_cheques (cheque_key);
CREATE INDEX payment_cheques_customer ON payment_cheques (customer_id, id);
CREATE INDEX payment_cheques_state ON payment_cheques (state, id);
-- +goose Down
DROP TABLE payment_cheques;
