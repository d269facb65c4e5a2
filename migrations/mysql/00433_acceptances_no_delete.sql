-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER acceptances_no_delete BEFORE DELETE ON acceptances FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an acceptance is evidence and is never changed';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER acceptances_no_delete;
