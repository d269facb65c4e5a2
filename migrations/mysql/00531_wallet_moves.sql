-- +goose Up
CREATE TABLE wallet_moves (
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
  messages BIGINT NOT NULL,
  on_date CHAR(10) NOT NULL,
  credits_end CHAR(10) NULL,
  method VARCHAR(16) NOT NULL,
  bank_account VARCHAR(40) NOT NULL,
  reference VARCHAR(80) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  recorded_by VARCHAR(32) NOT NULL,
  recorder_name VARCHAR(100) NOT NULL,
  recorded_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decider_name VARCHAR(100) NOT NULL,
  decided_at BIGINT NULL,
  decision_reason VARCHAR(500) NOT NULL,
  credited_on CHAR(10) NULL,
  UNIQUE KEY wallet_moves_number (number),
  UNIQUE KEY wallet_moves_key (move_key),
  KEY wallet_moves_contract (contract_id, id),
  KEY wallet_moves_state (state, id)
);

-- +goose Down
DROP TABLE wallet_moves;
