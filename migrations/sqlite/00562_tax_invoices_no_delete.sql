-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER tax_invoices_no_delete BEFORE DELETE ON tax_invoices
BEGIN
  SELECT RAISE(ABORT, 'a tax invoice is never deleted; make a red one');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER tax_invoices_no_delete;
