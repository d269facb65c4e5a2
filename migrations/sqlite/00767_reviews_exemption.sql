-- +goose Up
ALTER TABLE reviews ADD COLUMN exemption_id VARCHAR(32) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE reviews DROP COLUMN exemption_id;
