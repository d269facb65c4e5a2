-- +goose Up
ALTER TABLE recipient_sends ADD COLUMN packed BLOB NULL;
-- +goose Down
ALTER TABLE recipient_sends DROP COLUMN packed;
