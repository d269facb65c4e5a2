-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
BEGIN
  SELECT RAISE(ABORT, 'a ledger entry is never deleted; post another one');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER ledger_entries_no_delete;
