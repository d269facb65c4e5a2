-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER statements_no_edit BEFORE UPDATE OF id, statement_key, number, contract_id, contract_number, customer_id, customer_name, month, made_on, made_at, bill_id, used_parts, brought_fen, corrected_fen, charged_fen, late_fee_fen, credited_fen, paid_fen, carried_fen, new_fen, late_open_fen, content, hash ON statements
BEGIN
  SELECT RAISE(ABORT, 'a statement is never changed; the next one corrects it');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER statements_no_edit;
