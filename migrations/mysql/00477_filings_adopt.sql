-- +goose Up
-- What was approved before the chain was filed is in use with the carriers: it counts as accepted by them.
INSERT INTO filings (id, number, registration_id, customer_id, kind, carrier, attempt, state, open_key, held_key, cause, note, reason, carrier_number, sheet_id, sheet_line, queued_at, sent_at, due_on, answered_at, answered_by, ended_at)
SELECT CONCAT('f', c.no, r.id), CONCAT('A', c.no, '-', r.id), r.id, r.customer_id, r.kind, c.carrier, 1, 'accepted', NULL, CONCAT(r.id, ':', c.carrier), '', '系统升级前已在用', '', '', '', 0, r.decided_at, r.decided_at, NULL, r.decided_at, r.decided_by, NULL FROM registrations r JOIN signatures s ON s.id = r.id OR CONCAT('q', s.id) = r.id CROSS JOIN (SELECT 'cmcc' AS carrier, '1' AS no UNION ALL SELECT 'cucc', '2' UNION ALL SELECT 'ctcc', '3' UNION ALL SELECT 'cbn', '4') c WHERE r.state = 'approved';
-- +goose Down
DELETE FROM filings WHERE number LIKE 'A%';
