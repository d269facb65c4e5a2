-- +goose Up
CREATE TABLE leak_duties (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  leak_id VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  people BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  due_at BIGINT NOT NULL,
  basis VARCHAR(200) NOT NULL,
  done_at BIGINT NULL,
  done_by VARCHAR(32) NOT NULL,
  doer_name VARCHAR(100) NOT NULL,
  told VARCHAR(100) NOT NULL,
  way VARCHAR(200) NOT NULL,
  reference VARCHAR(100) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  reminded_on CHAR(10) NULL,
  UNIQUE KEY leak_duties_one (leak_id, kind, customer_id),
  KEY leak_duties_due (state, due_at),
  KEY leak_duties_customer (customer_id)
);
-- +goose Down
DROP TABLE leak_duties;
