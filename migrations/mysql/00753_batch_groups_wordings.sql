-- +goose Up
ALTER TABLE batch_groups ADD COLUMN wordings BIGINT NOT NULL DEFAULT 1;
-- +goose Down
ALTER TABLE batch_groups DROP COLUMN wordings;
