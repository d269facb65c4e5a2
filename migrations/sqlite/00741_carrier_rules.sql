-- +goose Up
CREATE TABLE carrier_rules (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  carrier VARCHAR(16) NOT NULL,
  version BIGINT NOT NULL,
  title VARCHAR(191) NOT NULL,
  body TEXT NOT NULL,
  source VARCHAR(191) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  in_force_on CHAR(10) NOT NULL,
  set_by VARCHAR(32) NOT NULL,
  set_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX carrier_rules_version ON carrier_rules (carrier, version);
-- +goose Down
DROP TABLE carrier_rules;
