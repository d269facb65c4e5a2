-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER ledger_lines_no_delete BEFORE DELETE ON ledger_lines
BEGIN
  SELECT RAISE(ABORT, 'a ledger line is never deleted; post another entry');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER ledger_lines_no_delete;
