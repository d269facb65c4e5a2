-- +goose Up
CREATE TABLE support_checks (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  person VARCHAR(100) NOT NULL,
  how VARCHAR(32) NOT NULL,
  grounds VARCHAR(500) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  purpose VARCHAR(500) NOT NULL,
  checked_by VARCHAR(32) NOT NULL,
  checked_by_name VARCHAR(100) NOT NULL,
  checked_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  ended_at BIGINT,
  ended_by VARCHAR(32) NOT NULL
);
CREATE INDEX support_checks_customer ON support_checks (customer_id, id);
-- +goose Down
DROP TABLE support_checks;
