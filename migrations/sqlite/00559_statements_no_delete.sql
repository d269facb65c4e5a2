-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER statements_no_delete BEFORE DELETE ON statements
BEGIN
  SELECT RAISE(ABORT, 'a statement is never deleted');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER statements_no_delete;
