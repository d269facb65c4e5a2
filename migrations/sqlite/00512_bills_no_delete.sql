-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER bills_no_delete BEFORE DELETE ON bills
BEGIN
  SELECT RAISE(ABORT, 'an issued bill is never deleted; make a credit note');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER bills_no_delete;
