-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER payment_takes_no_delete BEFORE DELETE ON payment_takes FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was taken from a payment is never deleted; record its opposite';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER payment_takes_no_delete;
