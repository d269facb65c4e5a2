-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER tax_invoices_no_delete BEFORE DELETE ON tax_invoices FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a tax invoice is never deleted; make a red one';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER tax_invoices_no_delete;
