-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER bill_notes_no_delete BEFORE DELETE ON bill_notes FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an issued note is never deleted; make another';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER bill_notes_no_delete;
