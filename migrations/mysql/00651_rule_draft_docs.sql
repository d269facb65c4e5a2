-- +goose Up
CREATE TABLE rule_draft_docs (
  draft_id VARCHAR(32) NOT NULL,
  doc_key VARCHAR(160) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  ref VARCHAR(120) NOT NULL,
  file_name VARCHAR(200) NOT NULL,
  body LONGTEXT NOT NULL,
  sound LONGTEXT NOT NULL,
  is_added BIGINT NOT NULL,
  is_deleted BIGINT NOT NULL,
  problems LONGTEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_by VARCHAR(32) NOT NULL,
  changed_name VARCHAR(100) NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (draft_id, doc_key)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE rule_draft_docs;
