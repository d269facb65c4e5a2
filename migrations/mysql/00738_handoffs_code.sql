-- +goose Up
CREATE INDEX handoffs_code ON handoffs (service_code, opened_at);
-- +goose Down
DROP INDEX handoffs_code ON handoffs;
