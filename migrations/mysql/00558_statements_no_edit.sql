-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER statements_no_edit BEFORE UPDATE ON statements FOR EACH ROW
BEGIN
  IF NOT (NEW.id <=> OLD.id
    AND NEW.statement_key <=> OLD.statement_key
    AND NEW.number <=> OLD.number
    AND NEW.contract_id <=> OLD.contract_id
    AND NEW.contract_number <=> OLD.contract_number
    AND NEW.customer_id <=> OLD.customer_id
    AND NEW.customer_name <=> OLD.customer_name
    AND NEW.month <=> OLD.month
    AND NEW.made_on <=> OLD.made_on
    AND NEW.made_at <=> OLD.made_at
    AND NEW.bill_id <=> OLD.bill_id
    AND NEW.used_parts <=> OLD.used_parts
    AND NEW.brought_fen <=> OLD.brought_fen
    AND NEW.corrected_fen <=> OLD.corrected_fen
    AND NEW.charged_fen <=> OLD.charged_fen
    AND NEW.late_fee_fen <=> OLD.late_fee_fen
    AND NEW.credited_fen <=> OLD.credited_fen
    AND NEW.paid_fen <=> OLD.paid_fen
    AND NEW.carried_fen <=> OLD.carried_fen
    AND NEW.new_fen <=> OLD.new_fen
    AND NEW.late_open_fen <=> OLD.late_open_fen
    AND NEW.content <=> OLD.content
    AND NEW.hash <=> OLD.hash) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a statement is never changed; the next one corrects it';
  END IF;
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER statements_no_edit;
