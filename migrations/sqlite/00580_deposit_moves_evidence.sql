-- +goose Up
ALTER TABLE deposit_moves ADD COLUMN document_id VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE deposit_moves ADD COLUMN decider_name VARCHAR(100) NOT NULL DEFAULT '';
ALTER TABLE deposit_moves ADD COLUMN decision_reason VARCHAR(200) NOT NULL DEFAULT '';
ALTER TABLE deposit_moves ADD COLUMN payment_id VARCHAR(32) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE deposit_moves DROP COLUMN document_id;
ALTER TABLE deposit_moves DROP COLUMN decider_name;
ALTER TABLE deposit_moves DROP COLUMN decision_reason;
ALTER TABLE deposit_moves DROP COLUMN payment_id;
