-- +goose Up
CREATE TABLE e_signatures (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  object_type VARCHAR(32) NOT NULL,
  object_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  side VARCHAR(16) NOT NULL,
  reference VARCHAR(60) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  document_sha256 CHAR(64) NOT NULL,
  adapter VARCHAR(32) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  signer_name VARCHAR(100) NOT NULL,
  organisation VARCHAR(100) NOT NULL,
  bundle TEXT NOT NULL,
  at BIGINT NOT NULL,
  real_at BIGINT NOT NULL,
  KEY e_signatures_contract (contract_id)
);
-- +goose Down
DROP TABLE e_signatures;
