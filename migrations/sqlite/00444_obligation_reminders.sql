-- +goose Up
CREATE TABLE obligation_reminders (
  entry VARCHAR(120) NOT NULL PRIMARY KEY,
  due_on CHAR(10) NOT NULL,
  reminded_on CHAR(10) NOT NULL
);
-- +goose Down
DROP TABLE obligation_reminders;
