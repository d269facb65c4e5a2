-- +goose Up
CREATE TABLE complaint_reminders (
  complaint_id VARCHAR(32) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  on_day CHAR(10) NOT NULL,
  PRIMARY KEY (complaint_id, kind, on_day)
);
-- +goose Down
DROP TABLE complaint_reminders;
