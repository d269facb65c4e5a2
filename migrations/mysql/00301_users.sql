-- +goose Up
CREATE TABLE users (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  login VARCHAR(64) NOT NULL UNIQUE,
  name VARCHAR(100) NOT NULL,
  password_hash VARCHAR(200) NOT NULL,
  must_change INTEGER NOT NULL,
  state VARCHAR(16) NOT NULL CHECK (state IN ('active', 'frozen')),
  team VARCHAR(64) NOT NULL,
  requested_roles VARCHAR(255) NOT NULL,
  customer_id VARCHAR(32),
  last_sign_in_at BIGINT,
  created_at BIGINT NOT NULL,
  KEY users_team (team),
  KEY users_customer (customer_id)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE users;
