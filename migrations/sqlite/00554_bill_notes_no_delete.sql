-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER bill_notes_no_delete BEFORE DELETE ON bill_notes
BEGIN
  SELECT RAISE(ABORT, 'an issued note is never deleted; make another');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER bill_notes_no_delete;
