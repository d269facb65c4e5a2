-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER bills_no_delete BEFORE DELETE ON bills FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an issued bill is never deleted; make a credit note';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER bills_no_delete;
