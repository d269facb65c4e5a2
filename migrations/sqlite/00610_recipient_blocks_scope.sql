-- +goose Up
ALTER TABLE recipient_blocks ADD COLUMN signature_id VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE recipient_blocks ADD COLUMN source_id VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE recipient_blocks ADD COLUMN import_id VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE recipient_blocks ADD COLUMN phone_sealed VARCHAR(160) NOT NULL DEFAULT '';
ALTER TABLE recipient_blocks ADD COLUMN data_key_id VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE recipient_blocks ADD COLUMN lift_reason VARCHAR(500) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE recipient_blocks DROP COLUMN signature_id;
ALTER TABLE recipient_blocks DROP COLUMN source_id;
ALTER TABLE recipient_blocks DROP COLUMN import_id;
ALTER TABLE recipient_blocks DROP COLUMN phone_sealed;
ALTER TABLE recipient_blocks DROP COLUMN data_key_id;
ALTER TABLE recipient_blocks DROP COLUMN lift_reason;
