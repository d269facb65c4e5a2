-- +goose Up
CREATE TABLE deposit_moves (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL,
  move_key VARCHAR(160) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  contract_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  state VARCHAR(16) NOT NULL,
  amount_fen BIGINT NOT NULL,
  on_date CHAR(10) NOT NULL,
  method VARCHAR(16) NOT NULL,
  bank_account VARCHAR(40) NOT NULL,
  reference VARCHAR(80) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  recorded_by VARCHAR(32) NOT NULL,
  recorder_name VARCHAR(100) NOT NULL,
  recorded_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decided_at BIGINT NULL
);
CREATE UNIQUE INDEX deposit_moves_number ON deposit_moves (number);
CREATE UNIQUE INDEX deposit_moves_key ON deposit_moves (move_key);
CREATE INDEX deposit_moves_contract ON deposit_moves (contract_id, id);
-- +goose Down
DROP TABLE deposit_moves;
