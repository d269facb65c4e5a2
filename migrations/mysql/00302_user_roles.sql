-- +goose Up
CREATE TABLE user_roles (
  user_id VARCHAR(32) NOT NULL,
  role VARCHAR(32) NOT NULL CHECK (role IN ('sales', 'sales_lead', 'compliance_reviewer', 'compliance_lead', 'finance', 'finance_lead', 'system_admin', 'security_admin', 'auditor', 'customer')),
  granted_by VARCHAR(32) NOT NULL,
  granted_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, role),
  FOREIGN KEY (user_id) REFERENCES users (id),
  KEY user_roles_role (role)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE user_roles;
