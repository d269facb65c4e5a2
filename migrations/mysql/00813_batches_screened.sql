-- +goose Up
CREATE INDEX batches_screened ON batches (screened_at);
-- +goose Down
DROP INDEX batches_screened ON batches;
