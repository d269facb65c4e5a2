-- +goose Up
ALTER TABLE payments ADD COLUMN contract_id VARCHAR(32) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE payments DROP COLUMN contract_id;
