-- +goose Up
CREATE TABLE manifests (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  batch_id VARCHAR(32) NOT NULL,
  live_batch_id VARCHAR(32) NULL UNIQUE,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  version BIGINT NOT NULL,
  rule_set VARCHAR(64) NOT NULL,
  decisions_hash CHAR(64) NOT NULL,
  chunks LONGTEXT NOT NULL,
  chunks_hash CHAR(64) NOT NULL,
  approved_key VARCHAR(200) NOT NULL,
  approved_sha256 VARCHAR(64) NOT NULL,
  approved BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  approvers VARCHAR(500) NOT NULL,
  reason_codes TEXT NOT NULL,
  frozen_at BIGINT NOT NULL,
  not_before BIGINT NOT NULL,
  voided_at BIGINT NULL,
  voided_by VARCHAR(32) NOT NULL,
  taken_at BIGINT NULL,
  KEY manifests_due (taken_at, not_before),
  UNIQUE KEY manifests_version (batch_id, version)
);
-- +goose Down
DROP TABLE manifests;
