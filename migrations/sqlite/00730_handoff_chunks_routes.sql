-- +goose Up
ALTER TABLE handoff_chunks ADD COLUMN routes BLOB NULL;
ALTER TABLE handoff_chunks ADD COLUMN waits_for BIGINT NOT NULL DEFAULT 0;
ALTER TABLE handoff_chunks ADD COLUMN handing_on BIGINT NOT NULL DEFAULT 0;
-- +goose Down
ALTER TABLE handoff_chunks DROP COLUMN handing_on;
ALTER TABLE handoff_chunks DROP COLUMN waits_for;
ALTER TABLE handoff_chunks DROP COLUMN routes;
