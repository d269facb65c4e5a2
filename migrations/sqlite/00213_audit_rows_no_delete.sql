-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER audit_rows_no_delete BEFORE DELETE ON audit_rows
BEGIN
  SELECT RAISE(ABORT, 'audit rows are never changed');
END;
-- +goose StatementEnd
-- REPLACE deletes without asking the trigger above.
-- +goose StatementBegin
CREATE TRIGGER audit_rows_no_replace BEFORE INSERT ON audit_rows
BEGIN
  SELECT RAISE(ABORT, 'audit rows are never changed') WHERE EXISTS (SELECT 1 FROM audit_rows WHERE id = NEW.id);
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER audit_rows_no_replace;
DROP TRIGGER audit_rows_no_delete;
