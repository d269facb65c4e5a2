-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER ledger_lines_no_delete BEFORE DELETE ON ledger_lines FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a ledger line is never deleted; post another entry';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER ledger_lines_no_delete;
