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
  version BIGINT NOT NULL,
  KEY wallets_customer (customer_id),
  KEY wallets_unposted (unposted_fen),
  KEY wallets_unposted_fee (unposted_fee_fen)
);

-- +goose Down
DROP TABLE wallets;
