-- +goose Up
CREATE TABLE rule_doc_changes (
  version VARCHAR(64) NOT NULL,
  doc_key VARCHAR(160) NOT NULL,
  kind_of_change VARCHAR(16) NOT NULL,
  by_id VARCHAR(32) NOT NULL,
  by_name VARCHAR(100) NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (version, doc_key),
  KEY rule_doc_changes_doc (doc_key, at)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE rule_doc_changes;
