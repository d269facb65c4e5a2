-- +goose Up
CREATE TABLE registration_reminders (
  registration_id VARCHAR(32) NOT NULL,
  valid_to CHAR(10) NOT NULL,
  days INTEGER NOT NULL,
  sent_at BIGINT NOT NULL,
  PRIMARY KEY (registration_id, valid_to, days),
  FOREIGN KEY (registration_id) REFERENCES registrations (id)
);
-- +goose Down
DROP TABLE registration_reminders;
