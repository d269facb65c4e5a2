-- +goose Up
ALTER TABLE handoff_chunks
  ADD COLUMN routes LONGBLOB NULL,
  ADD COLUMN waits_for BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN handing_on BIGINT NOT NULL DEFAULT 0;
-- +goose Down
ALTER TABLE handoff_chunks
  DROP COLUMN routes,
  DROP COLUMN waits_for,
  DROP COLUMN handing_on;
