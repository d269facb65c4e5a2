-- +goose Up
ALTER TABLE contract_amendments ADD COLUMN silence_accepts INTEGER NOT NULL DEFAULT 0;
-- +goose Down
ALTER TABLE contract_amendments DROP COLUMN silence_accepts;
