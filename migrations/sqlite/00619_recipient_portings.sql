-- +goose Up
CREATE TABLE recipient_portings (
  phone_hash CHAR(64) NOT NULL PRIMARY KEY,
  carrier VARCHAR(8) NOT NULL,
  import_id VARCHAR(32) NOT NULL,
  since BIGINT NOT NULL
);
CREATE INDEX recipient_portings_import ON recipient_portings (import_id);
-- +goose Down
DROP TABLE recipient_portings;
