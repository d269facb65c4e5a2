-- +goose Up
ALTER TABLE handoffs ADD COLUMN category VARCHAR(16) NOT NULL DEFAULT '';
ALTER TABLE handoffs ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0;
CREATE INDEX handoffs_opened ON handoffs (opened_at, customer_id, contract_id, category, approved, left_out);
-- +goose Down
DROP INDEX handoffs_opened;
ALTER TABLE handoffs DROP COLUMN left_out;
ALTER TABLE handoffs DROP COLUMN category;
