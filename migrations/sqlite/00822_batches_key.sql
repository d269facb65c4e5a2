-- +goose Up
CREATE INDEX batches_key ON batches (data_key_id);
-- +goose Down
DROP INDEX batches_key;
