-- +goose Up
-- Whose person an account is never changes: the customer role and the data scope hang on it.
-- +goose StatementBegin
CREATE TRIGGER users_customer_fixed BEFORE UPDATE ON users
BEGIN
  SELECT RAISE(ABORT, 'customer_of_user') WHERE COALESCE(OLD.customer_id, '') <> COALESCE(NEW.customer_id, '');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER users_customer_fixed;
