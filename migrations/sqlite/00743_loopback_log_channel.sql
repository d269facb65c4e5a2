-- +goose Up
ALTER TABLE loopback_log ADD COLUMN channel VARCHAR(32) NOT NULL DEFAULT 'loopback';
-- +goose Down
ALTER TABLE loopback_log DROP COLUMN channel;
