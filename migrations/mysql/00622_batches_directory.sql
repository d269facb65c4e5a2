-- +goose Up
ALTER TABLE batches ADD COLUMN directory_version VARCHAR(100) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE batches DROP COLUMN directory_version;
