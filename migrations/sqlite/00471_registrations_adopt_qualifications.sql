-- +goose Up
-- Signatures that were registered before the chain was: each gets the qualification that it hangs on, as far as it was approved.
INSERT INTO registrations (id, customer_id, kind, parent_id, record_text, detail, document_id, state, live_key, one_key, valid_to, submitted_by, submitted_at, taken_by, taken_at, decided_by, decided_at, reason, used_on)
SELECT 'q' || id, customer_id, 'qualification', '', '接管资质 · ' || sign_text, '{"licences":["business"]}', document_id, state, CASE WHEN state = 'refused' THEN NULL ELSE 'qualification:adopted:' || id END, NULL, NULL, submitted_by, submitted_at, '', NULL, decided_by, decided_at, reason, NULL FROM signatures;
-- +goose Down
DELETE FROM registrations WHERE kind = 'qualification' AND id LIKE 'q%';
