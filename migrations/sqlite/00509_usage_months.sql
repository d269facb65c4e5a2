-- +goose Up
CREATE TABLE usage_months (
  contract_id VARCHAR(32) NOT NULL,
  month CHAR(7) NOT NULL,
  parts BIGINT NOT NULL,
  billed_parts BIGINT NOT NULL,
  locked_on CHAR(10) NULL,
  PRIMARY KEY (contract_id, month)
) WITHOUT ROWID;
CREATE INDEX usage_months_month ON usage_months (month, contract_id);
-- +goose Down
DROP TABLE usage_months;
