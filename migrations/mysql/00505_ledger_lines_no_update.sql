-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER ledger_lines_no_update BEFORE UPDATE ON ledger_lines FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a ledger line is never changed; post another entry';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER ledger_lines_no_update;
