-- +goose Up
CREATE TABLE wallet_months (
  contract_id VARCHAR(32) NOT NULL,
  month CHAR(7) NOT NULL,
  money_parts BIGINT NOT NULL,
  credit_parts BIGINT NOT NULL,
  open_parts BIGINT NOT NULL,
  charged_fen BIGINT NOT NULL,
  charged_net_fen BIGINT NOT NULL,
  posted_fen BIGINT NOT NULL,
  posted_net_fen BIGINT NOT NULL,
  postings BIGINT NOT NULL,
  last_on CHAR(10) NOT NULL,
  billed_money BIGINT NOT NULL,
  billed_credit BIGINT NOT NULL,
  PRIMARY KEY (contract_id, month)
);
-- +goose Down
DROP TABLE wallet_months;
