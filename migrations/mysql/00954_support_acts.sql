-- +goose Up
CREATE TABLE support_acts (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  check_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  action VARCHAR(64) NOT NULL,
  object_type VARCHAR(32) NOT NULL,
  object_id VARCHAR(32) NOT NULL,
  acted_by VARCHAR(32) NOT NULL,
  acted_by_name VARCHAR(100) NOT NULL,
  at BIGINT NOT NULL,
  KEY support_acts_check (check_id, id),
  KEY support_acts_customer (customer_id, id)
);
-- +goose Down
DROP TABLE support_acts;
