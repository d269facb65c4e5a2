-- +goose Up
CREATE TABLE carrier_rules (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  carrier VARCHAR(16) NOT NULL,
  version BIGINT NOT NULL,
  title VARCHAR(191) NOT NULL,
  body LONGTEXT NOT NULL,
  source VARCHAR(191) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  in_force_on CHAR(10) NOT NULL,
  set_by VARCHAR(32) NOT NULL,
  set_at BIGINT NOT NULL,
  UNIQUE KEY carrier_rules_version (carrier, version)
);
-- +goose Down
DROP TABLE carrier_rules;
