-- +goose Up
INSERT INTO grants_version (id, version) VALUES (1, 1);
-- +goose Down
DELETE FROM grants_version;
