-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a ledger entry is never changed; post another one';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER ledger_entries_no_update;
