-- +goose Up
CREATE TABLE registration_handlers (
  registration_id VARCHAR(32) NOT NULL PRIMARY KEY,
  key_id VARCHAR(32) NOT NULL,
  sealed TEXT NOT NULL,
  masks VARCHAR(500) NOT NULL,
  authorised_from CHAR(10) NOT NULL,
  authorised_to CHAR(10) NOT NULL,
  FOREIGN KEY (registration_id) REFERENCES registrations (id)
);
-- +goose Down
DROP TABLE registration_handlers;
