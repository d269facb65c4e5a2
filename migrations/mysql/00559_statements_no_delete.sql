-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER statements_no_delete BEFORE DELETE ON statements FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a statement is never deleted';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER statements_no_delete;
