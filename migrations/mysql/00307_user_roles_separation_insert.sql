-- +goose Up
-- Nobody holds two of system administration, security administration and audit, nor one of them with a business role; a
-- customer's people hold the customer role alone, and only they do (P01, invariant 17). The program checks first and says it
-- better; this holds for whoever writes to the table.
-- The user's row is locked first, so that two grants at the same time can't pass each other.
-- +goose StatementBegin
CREATE TRIGGER user_roles_separation_insert BEFORE INSERT ON user_roles FOR EACH ROW
BEGIN
  DECLARE of_customer INT DEFAULT 0;
  DECLARE others INT DEFAULT 0;
  SELECT customer_id IS NOT NULL INTO of_customer FROM users WHERE id = NEW.user_id FOR UPDATE;
  SELECT COUNT(*) INTO others FROM user_roles r WHERE r.user_id = NEW.user_id
    AND CASE r.role WHEN 'system_admin' THEN 1 WHEN 'security_admin' THEN 2 WHEN 'auditor' THEN 3 WHEN 'customer' THEN 4 ELSE 0 END
     <> CASE NEW.role WHEN 'system_admin' THEN 1 WHEN 'security_admin' THEN 2 WHEN 'auditor' THEN 3 WHEN 'customer' THEN 4 ELSE 0 END;
  IF others > 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'separation_of_duties';
  END IF;
  IF (NEW.role = 'customer') <> of_customer THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'customer_role';
  END IF;
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER user_roles_separation_insert;
