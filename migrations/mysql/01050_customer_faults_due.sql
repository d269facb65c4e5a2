-- +goose Up
ALTER TABLE customer_faults ADD COLUMN due_on CHAR(10) NULL, ADD COLUMN suspended_at BIGINT NULL;
-- +goose Down
ALTER TABLE customer_faults DROP COLUMN due_on, DROP COLUMN suspended_at;
