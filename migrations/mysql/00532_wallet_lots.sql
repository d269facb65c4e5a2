-- +goose Up
CREATE TABLE wallet_lots (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  contract_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  move_id VARCHAR(32) NOT NULL,
  messages BIGINT NOT NULL,
  used BIGINT NOT NULL,
  lapsed BIGINT NOT NULL,
  fee_fen BIGINT NOT NULL,
  earned_fen BIGINT NOT NULL,
  posted_fen BIGINT NOT NULL,
  posted_net_fen BIGINT NOT NULL,
  postings BIGINT NOT NULL,
  last_on CHAR(10) NULL,
  granted_on CHAR(10) NOT NULL,
  ends_on CHAR(10) NULL,
  KEY wallet_lots_contract (contract_id, granted_on, id),
  KEY wallet_lots_ends (ends_on)
);

-- +goose Down
DROP TABLE wallet_lots;
