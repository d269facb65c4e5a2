-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER audit_chain_no_update BEFORE UPDATE ON audit_chain FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit rows are never changed';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER audit_chain_no_update;
