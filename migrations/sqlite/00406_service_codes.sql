-- +goose Up
CREATE TABLE service_codes (
  code VARCHAR(20) NOT NULL PRIMARY KEY,
  contract_id VARCHAR(32) NOT NULL UNIQUE,
  allotted_at BIGINT NOT NULL
);
-- +goose Down
DROP TABLE service_codes;
