-- +goose Up
ALTER TABLE deposit_moves ADD COLUMN document_id VARCHAR(32) NOT NULL DEFAULT '', ADD COLUMN decider_name VARCHAR(100) NOT NULL DEFAULT '', ADD COLUMN decision_reason VARCHAR(200) NOT NULL DEFAULT '', ADD COLUMN payment_id VARCHAR(32) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE deposit_moves DROP COLUMN document_id, DROP COLUMN decider_name, DROP COLUMN decision_reason, DROP COLUMN payment_id;
