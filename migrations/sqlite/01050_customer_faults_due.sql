-- +goose Up
ALTER TABLE customer_faults ADD COLUMN due_on CHAR(10) NULL;
ALTER TABLE customer_faults ADD COLUMN suspended_at BIGINT NULL;
-- +goose Down
ALTER TABLE customer_faults DROP COLUMN suspended_at;
ALTER TABLE customer_faults DROP COLUMN due_on;
