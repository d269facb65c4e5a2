-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER payments_no_delete BEFORE DELETE ON payments
BEGIN
  SELECT RAISE(ABORT, 'a payment is never deleted; record its correction');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER payments_no_delete;
