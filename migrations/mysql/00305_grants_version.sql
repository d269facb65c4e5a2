-- +goose Up
CREATE TABLE grants_version (
  id INTEGER NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE grants_version;
