-- +goose Up
CREATE TABLE notices (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  kind VARCHAR(64) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  to_user VARCHAR(32) NOT NULL,
  to_customer VARCHAR(32) NOT NULL,
  to_role VARCHAR(32) NOT NULL,
  title_zh VARCHAR(200) NOT NULL,
  title_en VARCHAR(200) NOT NULL,
  body_zh LONGTEXT NOT NULL,
  body_en LONGTEXT NOT NULL,
  object_type VARCHAR(32) NOT NULL,
  object_id VARCHAR(32) NOT NULL,
  at BIGINT NOT NULL,
  KEY notices_user (to_user, id),
  KEY notices_customer (to_customer, id),
  KEY notices_role (to_role, id)
);
-- +goose Down
DROP TABLE notices;
