-- +goose Up
ALTER TABLE customers ADD COLUMN initials VARCHAR(100) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE customers DROP COLUMN initials;
