-- +goose Up
CREATE TABLE usage_days (
  contract_id VARCHAR(32) NOT NULL,
  day CHAR(10) NOT NULL,
  carrier VARCHAR(16) NOT NULL,
  service_code VARCHAR(32) NOT NULL,
  parts BIGINT NOT NULL,
  PRIMARY KEY (contract_id, day, carrier, service_code)
) WITHOUT ROWID;
-- +goose Down
DROP TABLE usage_days;
