-- +goose Up
ALTER TABLE handoff_slices ADD COLUMN channel VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE handoff_slices ADD COLUMN members BLOB NULL;
-- +goose Down
ALTER TABLE handoff_slices DROP COLUMN members;
ALTER TABLE handoff_slices DROP COLUMN channel;
