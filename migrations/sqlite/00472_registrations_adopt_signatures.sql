-- +goose Up
INSERT INTO registrations (id, customer_id, kind, parent_id, record_text, detail, document_id, state, live_key, one_key, valid_to, submitted_by, submitted_at, taken_by, taken_at, decided_by, decided_at, reason, used_on)
SELECT id, customer_id, 'signature', 'q' || id, sign_text, '{"source":"company"}', document_id, state, 'signature:' || live_key, CASE WHEN state = 'refused' THEN NULL ELSE 'signature:q' || id END, NULL, submitted_by, submitted_at, '', NULL, decided_by, decided_at, reason, NULL FROM signatures;
-- +goose Down
DELETE FROM registrations WHERE kind = 'signature';
