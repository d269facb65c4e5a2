-- +goose Up
CREATE TABLE wallet_days (
  contract_id VARCHAR(32) NOT NULL,
  day CHAR(10) NOT NULL,
  money_parts BIGINT NOT NULL,
  credit_parts BIGINT NOT NULL,
  open_parts BIGINT NOT NULL,
  PRIMARY KEY (contract_id, day)
);
-- +goose Down
DROP TABLE wallet_days;
