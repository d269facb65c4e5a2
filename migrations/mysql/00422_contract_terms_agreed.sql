-- +goose Up
ALTER TABLE contract_terms ADD COLUMN agreed_on CHAR(10) NULL, ADD COLUMN base LONGTEXT NULL;
-- +goose Down
ALTER TABLE contract_terms DROP COLUMN base, DROP COLUMN agreed_on;
