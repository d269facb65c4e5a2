-- +goose Up
CREATE INDEX bills_steps ON bills (state, due_on, suspend_on);
-- +goose Down
DROP INDEX bills_steps ON bills;
