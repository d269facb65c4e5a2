-- +goose Up
ALTER TABLE contract_signings ADD COLUMN amendment_id VARCHAR(32) NOT NULL DEFAULT '', ADD COLUMN way VARCHAR(16) NOT NULL DEFAULT 'paper', ADD COLUMN evidence_id VARCHAR(32) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE contract_signings DROP COLUMN evidence_id, DROP COLUMN way, DROP COLUMN amendment_id;
