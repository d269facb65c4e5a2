-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER bills_no_edit BEFORE UPDATE ON bills FOR EACH ROW
BEGIN
  IF NOT (NEW.id <=> OLD.id
    AND NEW.bill_key <=> OLD.bill_key
    AND NEW.number <=> OLD.number
    AND NEW.contract_id <=> OLD.contract_id
    AND NEW.contract_number <=> OLD.contract_number
    AND NEW.kind <=> OLD.kind
    AND NEW.customer_id <=> OLD.customer_id
    AND NEW.customer_name <=> OLD.customer_name
    AND NEW.month <=> OLD.month
    AND NEW.revision <=> OLD.revision
    AND NEW.service_from <=> OLD.service_from
    AND NEW.service_to <=> OLD.service_to
    AND NEW.issued_on <=> OLD.issued_on
    AND NEW.issued_at <=> OLD.issued_at
    AND NEW.window_from <=> OLD.window_from
    AND NEW.due_on <=> OLD.due_on
    AND NEW.suspend_on <=> OLD.suspend_on
    AND NEW.net_fen <=> OLD.net_fen
    AND NEW.tax_fen <=> OLD.tax_fen
    AND NEW.total_fen <=> OLD.total_fen
    AND NEW.used_parts <=> OLD.used_parts
    AND NEW.line_items <=> OLD.line_items
    AND NEW.conditions <=> OLD.conditions
    AND NEW.hash <=> OLD.hash) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an issued bill is never changed; make a credit or debit note';
  END IF;
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER bills_no_edit;
