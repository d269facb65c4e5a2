-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER tax_invoices_no_edit BEFORE UPDATE ON tax_invoices FOR EACH ROW
BEGIN
  IF NOT (NEW.id <=> OLD.id
    AND NEW.reference <=> OLD.reference
    AND NEW.kind <=> OLD.kind
    AND NEW.bill_id <=> OLD.bill_id
    AND NEW.bill_number <=> OLD.bill_number
    AND NEW.contract_id <=> OLD.contract_id
    AND NEW.contract_number <=> OLD.contract_number
    AND NEW.customer_id <=> OLD.customer_id
    AND NEW.customer_name <=> OLD.customer_name
    AND NEW.month <=> OLD.month
    AND NEW.red_of <=> OLD.red_of
    AND NEW.buyer <=> OLD.buyer
    AND NEW.line_items <=> OLD.line_items
    AND NEW.net_fen <=> OLD.net_fen
    AND NEW.tax_fen <=> OLD.tax_fen
    AND NEW.total_fen <=> OLD.total_fen
    AND NEW.reason <=> OLD.reason
    AND NEW.hash <=> OLD.hash
    AND NEW.requested_on <=> OLD.requested_on
    AND NEW.requested_at <=> OLD.requested_at
    AND NEW.requested_by <=> OLD.requested_by
    AND NEW.requester_name <=> OLD.requester_name) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was asked for with a tax invoice is never changed; make a red one';
  END IF;
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER tax_invoices_no_edit;
