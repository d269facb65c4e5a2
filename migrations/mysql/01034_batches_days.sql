-- +goose Up
CREATE INDEX batches_days ON batches (created_at, customer_id, contract_id, category, state, good_count, refuse_count);
-- +goose Down
DROP INDEX batches_days ON batches;
