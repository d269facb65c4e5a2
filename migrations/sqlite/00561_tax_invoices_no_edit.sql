-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER tax_invoices_no_edit BEFORE UPDATE OF id, reference, kind, bill_id, bill_number, contract_id, contract_number, customer_id, customer_name, month, red_of, buyer, line_items, net_fen, tax_fen, total_fen, reason, hash, requested_on, requested_at, requested_by, requester_name ON tax_invoices
BEGIN
  SELECT RAISE(ABORT, 'what was asked for with a tax invoice is never changed; make a red one');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER tax_invoices_no_edit;
