-- +goose Up
ALTER TABLE contracts ADD COLUMN adopted INTEGER NOT NULL DEFAULT 0, ADD COLUMN term_from CHAR(10) NULL, ADD COLUMN renewals INTEGER NOT NULL DEFAULT 0, ADD COLUMN objected_by VARCHAR(16) NOT NULL DEFAULT '', ADD COLUMN objected_on CHAR(10) NULL;
-- +goose Down
ALTER TABLE contracts DROP COLUMN objected_on, DROP COLUMN objected_by, DROP COLUMN renewals, DROP COLUMN term_from, DROP COLUMN adopted;
