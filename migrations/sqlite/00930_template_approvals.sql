-- +goose Up
CREATE TABLE template_approvals (
  kind VARCHAR(16) NOT NULL,
  object_id VARCHAR(64) NOT NULL,
  object_version INTEGER NOT NULL,
  sha256 CHAR(64) NOT NULL,
  note VARCHAR(300) NOT NULL,
  approved_by VARCHAR(32) NOT NULL,
  approver_name VARCHAR(100) NOT NULL,
  approved_at BIGINT NOT NULL,
  PRIMARY KEY (kind, object_id, object_version)
);
-- +goose Down
DROP TABLE template_approvals;
