-- +goose Up
-- Whose person an account is never changes: the customer role and the data scope hang on it.
-- +goose StatementBegin
CREATE TRIGGER users_customer_fixed BEFORE UPDATE ON users FOR EACH ROW
BEGIN
  IF NOT (OLD.customer_id <=> NEW.customer_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'customer_of_user';
  END IF;
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER users_customer_fixed;
