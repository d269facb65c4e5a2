-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER payments_no_update BEFORE UPDATE ON payments
BEGIN
  SELECT RAISE(ABORT, 'a payment is never changed; record its correction');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER payments_no_update;
