-- +goose Up
-- What notes and disputes made of a bill since its issue; its facts stay as they are.
ALTER TABLE bills ADD COLUMN noted_fen BIGINT NOT NULL DEFAULT 0, ADD COLUMN disputed_fen BIGINT NOT NULL DEFAULT 0, ADD COLUMN amendments INTEGER NOT NULL DEFAULT 0;
-- +goose Down
ALTER TABLE bills DROP COLUMN noted_fen, DROP COLUMN disputed_fen, DROP COLUMN amendments;
