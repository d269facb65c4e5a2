-- +goose Up
ALTER TABLE manifests ADD COLUMN exemption_id VARCHAR(32) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE manifests DROP COLUMN exemption_id;
