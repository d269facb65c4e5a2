-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER payments_no_update BEFORE UPDATE ON payments FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a payment is never changed; record its correction';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER payments_no_update;
