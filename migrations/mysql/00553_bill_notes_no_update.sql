-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER bill_notes_no_update BEFORE UPDATE ON bill_notes FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an issued note is never changed; make another';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER bill_notes_no_update;
