-- +goose Up
CREATE TABLE force_majeures (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(40) NOT NULL UNIQUE,
  contract_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  side VARCHAR(16) NOT NULL,
  what VARCHAR(500) NOT NULL,
  pauses TEXT NOT NULL,
  starts_on CHAR(10) NOT NULL,
  ends_on CHAR(10) NULL,
  told_on CHAR(10) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  ended_document_id VARCHAR(32) NOT NULL,
  ended_reason VARCHAR(500) NOT NULL,
  recorded_by VARCHAR(32) NOT NULL,
  recorded_at BIGINT NOT NULL,
  ended_by VARCHAR(32) NOT NULL,
  ended_at BIGINT NULL
);
CREATE INDEX force_majeures_contract ON force_majeures (contract_id, starts_on);
CREATE INDEX force_majeures_open ON force_majeures (ends_on);
-- +goose Down
DROP TABLE force_majeures;
