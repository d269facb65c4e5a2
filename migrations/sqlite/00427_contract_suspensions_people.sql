-- +goose Up
ALTER TABLE contract_suspensions ADD COLUMN suspended_by VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE contract_suspensions ADD COLUMN lifted_by VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE contract_suspensions ADD COLUMN document_id VARCHAR(32) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE contract_suspensions DROP COLUMN document_id;
ALTER TABLE contract_suspensions DROP COLUMN lifted_by;
ALTER TABLE contract_suspensions DROP COLUMN suspended_by;
