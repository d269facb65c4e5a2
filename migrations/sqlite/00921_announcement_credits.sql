-- +goose Up
CREATE TABLE announcement_credits (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  announcement_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  contract_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  days INTEGER NOT NULL,
  rent_fen BIGINT NOT NULL,
  amount_fen BIGINT NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  charge_id VARCHAR(32) NOT NULL,
  granted_by VARCHAR(100) NOT NULL,
  granted_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX announcement_credits_contract ON announcement_credits (announcement_id, contract_id);
-- +goose Down
DROP TABLE announcement_credits;
