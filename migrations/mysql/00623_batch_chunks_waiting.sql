-- +goose Up
CREATE INDEX batch_chunks_waiting ON batch_chunks (batch_id, state, lease_until);
-- +goose Down
DROP INDEX batch_chunks_waiting ON batch_chunks;
