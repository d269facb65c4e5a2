-- +goose Up
ALTER TABLE handoffs
  ADD COLUMN category VARCHAR(16) NOT NULL DEFAULT '',
  ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0,
  ADD KEY handoffs_opened (opened_at, customer_id, contract_id, category, approved, left_out);
-- +goose Down
ALTER TABLE handoffs
  DROP KEY handoffs_opened,
  DROP COLUMN left_out,
  DROP COLUMN category;
