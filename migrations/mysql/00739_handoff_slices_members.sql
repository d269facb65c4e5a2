-- +goose Up
ALTER TABLE handoff_slices
  ADD COLUMN channel VARCHAR(32) NOT NULL DEFAULT '',
  ADD COLUMN members LONGBLOB NULL;
-- +goose Down
ALTER TABLE handoff_slices
  DROP COLUMN channel,
  DROP COLUMN members;
