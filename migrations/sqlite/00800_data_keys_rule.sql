-- +goose Up
ALTER TABLE data_keys ADD COLUMN destroyed_rule VARCHAR(32) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE data_keys DROP COLUMN destroyed_rule;
