-- +goose Up
INSERT INTO sender_numbers (code, base, state, contract_id, customer_id, signature_id, base_key, signature_key, allotted_at, returned_on, free_on)
SELECT code, code, 'allotted', contract_id, COALESCE((SELECT c.customer_id FROM contracts c WHERE c.id = service_codes.contract_id), ''), '', contract_id, NULL, allotted_at, NULL, NULL FROM service_codes;
-- +goose Down
DELETE FROM sender_numbers;
