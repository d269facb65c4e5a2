-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER bills_no_edit BEFORE UPDATE OF id, bill_key, number, contract_id, contract_number, kind, customer_id, customer_name, month, revision, service_from, service_to, issued_on, issued_at, window_from, due_on, suspend_on, net_fen, tax_fen, total_fen, used_parts, line_items, conditions, hash ON bills
BEGIN
  SELECT RAISE(ABORT, 'an issued bill is never changed; make a credit or debit note');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER bills_no_edit;
