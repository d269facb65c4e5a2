-- +goose Up
ALTER TABLE contract_terms ADD COLUMN agreed_on CHAR(10) NULL;
ALTER TABLE contract_terms ADD COLUMN base TEXT NULL;
-- +goose Down
ALTER TABLE contract_terms DROP COLUMN base;
ALTER TABLE contract_terms DROP COLUMN agreed_on;
