-- +goose Up
CREATE TABLE late_fee_days (
  bill_id VARCHAR(32) NOT NULL,
  day CHAR(10) NOT NULL,
  base_fen BIGINT NOT NULL,
  amount_fen BIGINT NOT NULL,
  tax_fen BIGINT NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY (bill_id, day)
);
-- +goose Down
DROP TABLE late_fee_days;
