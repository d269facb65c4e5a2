-- +goose Up
ALTER TABLE contracts ADD COLUMN adopted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contracts ADD COLUMN term_from CHAR(10) NULL;
ALTER TABLE contracts ADD COLUMN renewals INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contracts ADD COLUMN objected_by VARCHAR(16) NOT NULL DEFAULT '';
ALTER TABLE contracts ADD COLUMN objected_on CHAR(10) NULL;
-- +goose Down
ALTER TABLE contracts DROP COLUMN objected_on;
ALTER TABLE contracts DROP COLUMN objected_by;
ALTER TABLE contracts DROP COLUMN renewals;
ALTER TABLE contracts DROP COLUMN term_from;
ALTER TABLE contracts DROP COLUMN adopted;
