-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER payment_takes_no_update BEFORE UPDATE ON payment_takes
BEGIN
  SELECT RAISE(ABORT, 'what was taken from a payment is never changed; record its opposite');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER payment_takes_no_update;
