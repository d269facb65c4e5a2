-- +goose Up
CREATE TABLE acceptances (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  object_type VARCHAR(32) NOT NULL,
  object_id VARCHAR(32) NOT NULL,
  reference VARCHAR(60) NOT NULL,
  title VARCHAR(200) NOT NULL,
  text_sha256 CHAR(64) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  statement VARCHAR(500) NOT NULL,
  how VARCHAR(16) NOT NULL,
  side VARCHAR(16) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  login VARCHAR(64) NOT NULL,
  user_name VARCHAR(100) NOT NULL,
  ip VARCHAR(64) NOT NULL,
  user_agent VARCHAR(200) NOT NULL,
  request_id VARCHAR(64) NOT NULL,
  at BIGINT NOT NULL,
  real_at BIGINT NOT NULL,
  note VARCHAR(500) NOT NULL,
  hash CHAR(64) NOT NULL
);
CREATE INDEX acceptances_object ON acceptances (object_type, object_id);
CREATE INDEX acceptances_customer ON acceptances (customer_id, object_type);
CREATE INDEX acceptances_contract ON acceptances (contract_id);
-- +goose Down
DROP TABLE acceptances;
