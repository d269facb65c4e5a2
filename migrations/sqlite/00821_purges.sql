-- +goose Up
CREATE TABLE purges (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  key_id VARCHAR(32) NOT NULL UNIQUE,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  month VARCHAR(7) NOT NULL,
  rule VARCHAR(32) NOT NULL,
  due_on CHAR(10) NOT NULL,
  on_date CHAR(10) NOT NULL,
  batch_count BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  purged_at BIGINT NOT NULL,
  purged_by VARCHAR(100) NOT NULL,
  cleared_at BIGINT NULL,
  object_count BIGINT NOT NULL
);
-- +goose Down
DROP TABLE purges;
