-- +goose Up
ALTER TABLE contracts ADD COLUMN object_until CHAR(10) NULL, ADD KEY contracts_object_until (state, object_until);
-- +goose Down
ALTER TABLE contracts DROP KEY contracts_object_until, DROP COLUMN object_until;
