-- +goose Up
ALTER TABLE batches ADD COLUMN template_id VARCHAR(32) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE batches DROP COLUMN template_id;
