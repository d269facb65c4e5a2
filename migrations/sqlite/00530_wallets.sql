-- +goose Up
CREATE TABLE wallets (
  contract_id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  balance_fen BIGINT NOT NULL,
  unposted_fen BIGINT NOT NULL,
  unposted_fee_fen BIGINT NOT NULL,
  reserved_fen BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  reserved_messages BIGINT NOT NULL,
  threshold_fen BIGINT NOT NULL,
  threshold_messages BIGINT NOT NULL,
  threshold_own INTEGER NOT NULL,
  low_since BIGINT NULL,
  ended_on CHAR(10) NULL,
  version BIGINT NOT NULL
);
CREATE INDEX wallets_customer ON wallets (customer_id);
CREATE INDEX wallets_unposted ON wallets (unposted_fen);
CREATE INDEX wallets_unposted_fee ON wallets (unposted_fee_fen);
-- +goose Down
DROP TABLE wallets;
