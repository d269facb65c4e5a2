-- +goose Up
CREATE TABLE disclosure_downloads (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  disclosure_id VARCHAR(32) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  user_name VARCHAR(100) NOT NULL,
  ip VARCHAR(64) NOT NULL,
  purpose VARCHAR(200) NOT NULL,
  at BIGINT NOT NULL,
  KEY disclosure_downloads_of (disclosure_id)
);
-- +goose Down
DROP TABLE disclosure_downloads;
