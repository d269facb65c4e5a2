-- +goose Up
ALTER TABLE contracts ADD COLUMN object_until CHAR(10) NULL;
CREATE INDEX contracts_object_until ON contracts (state, object_until);
-- +goose Down
DROP INDEX contracts_object_until;
ALTER TABLE contracts DROP COLUMN object_until;
