-- +goose Up
CREATE TABLE recipient_portings (
  phone_hash CHAR(64) NOT NULL PRIMARY KEY,
  carrier VARCHAR(8) NOT NULL,
  import_id VARCHAR(32) NOT NULL,
  since BIGINT NOT NULL,
  KEY recipient_portings_import (import_id)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE recipient_portings;
