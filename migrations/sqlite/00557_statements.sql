-- +goose Up
-- Statements of service data and fees, as they were made on the 1st; the state alone changes.
CREATE TABLE statements (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  statement_key VARCHAR(64) NOT NULL,
  number VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  contract_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  month CHAR(7) NOT NULL,
  made_on CHAR(10) NOT NULL,
  made_at BIGINT NOT NULL,
  bill_id VARCHAR(32) NOT NULL,
  used_parts BIGINT NOT NULL,
  brought_fen BIGINT NOT NULL,
  corrected_fen BIGINT NOT NULL,
  charged_fen BIGINT NOT NULL,
  late_fee_fen BIGINT NOT NULL,
  credited_fen BIGINT NOT NULL,
  paid_fen BIGINT NOT NULL,
  carried_fen BIGINT NOT NULL,
  new_fen BIGINT NOT NULL,
  late_open_fen BIGINT NOT NULL,
  content TEXT NOT NULL,
  hash CHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decider_name VARCHAR(100) NOT NULL,
  decided_at BIGINT NULL,
  by_customer INTEGER NOT NULL,
  remark VARCHAR(500) NOT NULL
);
CREATE UNIQUE INDEX statements_key ON statements (statement_key);
CREATE UNIQUE INDEX statements_number ON statements (number);
CREATE INDEX statements_contract ON statements (contract_id, month);
CREATE INDEX statements_customer ON statements (customer_id, month);
CREATE INDEX statements_state ON statements (state, id);
CREATE INDEX statements_month ON statements (month, number);
-- +goose Down
DROP TABLE statements;
