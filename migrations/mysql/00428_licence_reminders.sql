-- +goose Up
CREATE TABLE licence_reminders (
  licence_id VARCHAR(32) NOT NULL,
  days INTEGER NOT NULL,
  sent_at BIGINT NOT NULL,
  PRIMARY KEY (licence_id, days),
  CONSTRAINT licence_reminders_licence_id FOREIGN KEY (licence_id) REFERENCES licences (id)
);
-- +goose Down
DROP TABLE licence_reminders;
