-- +goose Up
ALTER TABLE recipient_blocks ADD COLUMN signature_id VARCHAR(32) NOT NULL DEFAULT '', ADD COLUMN source_id VARCHAR(64) NOT NULL DEFAULT '', ADD COLUMN import_id VARCHAR(32) NOT NULL DEFAULT '', ADD COLUMN phone_sealed VARCHAR(160) NOT NULL DEFAULT '', ADD COLUMN data_key_id VARCHAR(32) NOT NULL DEFAULT '', ADD COLUMN lift_reason VARCHAR(500) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE recipient_blocks DROP COLUMN signature_id, DROP COLUMN source_id, DROP COLUMN import_id, DROP COLUMN phone_sealed, DROP COLUMN data_key_id, DROP COLUMN lift_reason;
