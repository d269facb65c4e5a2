-- +goose Up
-- Nobody holds two of system administration, security administration and audit, nor one of them with a business role; a
-- customer's people hold the customer role alone, and only they do (P01, invariant 17). The program checks first and says it
-- better; this holds for whoever writes to the table.
-- +goose StatementBegin
CREATE TRIGGER user_roles_separation_update BEFORE UPDATE ON user_roles
BEGIN
  SELECT RAISE(ABORT, 'separation_of_duties') WHERE EXISTS (
    SELECT 1 FROM user_roles r WHERE r.user_id = NEW.user_id AND NOT (r.user_id = OLD.user_id AND r.role = OLD.role)
    AND CASE r.role WHEN 'system_admin' THEN 1 WHEN 'security_admin' THEN 2 WHEN 'auditor' THEN 3 WHEN 'customer' THEN 4 ELSE 0 END
     <> CASE NEW.role WHEN 'system_admin' THEN 1 WHEN 'security_admin' THEN 2 WHEN 'auditor' THEN 3 WHEN 'customer' THEN 4 ELSE 0 END);
  SELECT RAISE(ABORT, 'customer_role') WHERE (NEW.role = 'customer') <> (SELECT u.customer_id IS NOT NULL FROM users u WHERE u.id = NEW.user_id);
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER user_roles_separation_update;
