-- +goose Up
ALTER TABLE handoff_channels
  ADD COLUMN number BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN good_at BIGINT NULL,
  ADD COLUMN bad_at BIGINT NULL,
  ADD COLUMN bad_code VARCHAR(191) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE handoff_channels
  DROP COLUMN number,
  DROP COLUMN good_at,
  DROP COLUMN bad_at,
  DROP COLUMN bad_code;
