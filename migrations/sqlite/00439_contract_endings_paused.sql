-- +goose Up
-- Days that force majeure added to a clock (C20).
ALTER TABLE contract_endings ADD COLUMN paused_days INTEGER NOT NULL DEFAULT 0;
-- +goose Down
ALTER TABLE contract_endings DROP COLUMN paused_days;
