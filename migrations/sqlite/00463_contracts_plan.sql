-- +goose Up
ALTER TABLE contracts ADD COLUMN plan_version_id VARCHAR(32) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE contracts DROP COLUMN plan_version_id;
