-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER audit_rows_no_delete BEFORE DELETE ON audit_rows FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit rows are never changed';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER audit_rows_no_delete;
