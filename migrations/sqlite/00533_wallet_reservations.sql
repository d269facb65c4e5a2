-- +goose Up
CREATE TABLE wallet_reservations (
  contract_id VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  wanted BIGINT NOT NULL,
  settled BIGINT NOT NULL,
  credits BIGINT NOT NULL,
  money_parts BIGINT NOT NULL,
  unit_price VARCHAR(40) NOT NULL,
  reserved_fen BIGINT NOT NULL,
  out_parts BIGINT NOT NULL,
  charged_parts BIGINT NOT NULL,
  released_parts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  closed_at BIGINT NULL,
  PRIMARY KEY (contract_id, batch_id)
);
CREATE INDEX wallet_reservations_batch ON wallet_reservations (batch_id);
CREATE INDEX wallet_reservations_state ON wallet_reservations (state, contract_id);
-- +goose Down
DROP TABLE wallet_reservations;
