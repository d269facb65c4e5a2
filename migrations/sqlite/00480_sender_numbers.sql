-- +goose Up
CREATE TABLE sender_numbers (
  code VARCHAR(24) NOT NULL PRIMARY KEY,
  base VARCHAR(24) NOT NULL,
  state VARCHAR(16) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  signature_id VARCHAR(32) NOT NULL,
  base_key VARCHAR(32) NULL,
  signature_key VARCHAR(70) NULL,
  allotted_at BIGINT NOT NULL,
  returned_on CHAR(10) NULL,
  free_on CHAR(10) NULL,
  UNIQUE (base_key),
  UNIQUE (signature_key)
);
CREATE INDEX sender_numbers_contract ON sender_numbers (contract_id, code);
CREATE INDEX sender_numbers_free ON sender_numbers (state, free_on);
-- +goose Down
DROP TABLE sender_numbers;
