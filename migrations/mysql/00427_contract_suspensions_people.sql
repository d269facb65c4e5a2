-- +goose Up
ALTER TABLE contract_suspensions ADD COLUMN suspended_by VARCHAR(32) NOT NULL DEFAULT '', ADD COLUMN lifted_by VARCHAR(32) NOT NULL DEFAULT '', ADD COLUMN document_id VARCHAR(32) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE contract_suspensions DROP COLUMN document_id, DROP COLUMN lifted_by, DROP COLUMN suspended_by;
