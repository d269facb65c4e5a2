-- +goose Up
-- A signing is of the contract, or of one of its amendments; by seal, by acceptance in the portal, or by key.
ALTER TABLE contract_signings ADD COLUMN amendment_id VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE contract_signings ADD COLUMN way VARCHAR(16) NOT NULL DEFAULT 'paper';
ALTER TABLE contract_signings ADD COLUMN evidence_id VARCHAR(32) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE contract_signings DROP COLUMN evidence_id;
ALTER TABLE contract_signings DROP COLUMN way;
ALTER TABLE contract_signings DROP COLUMN amendment_id;
