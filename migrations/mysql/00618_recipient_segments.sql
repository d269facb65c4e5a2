-- +goose Up
CREATE TABLE recipient_segments (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  version VARCHAR(64) NOT NULL,
  body TEXT NOT NULL,
  file_sha256 CHAR(64) NOT NULL,
  changes BIGINT NOT NULL,
  note VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  created_name VARCHAR(100) NOT NULL
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE recipient_segments;
