-- +goose Up
CREATE TABLE audit_rows (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  real_at BIGINT NOT NULL,
  on_date CHAR(10) NOT NULL,
  actor_id VARCHAR(32) NOT NULL,
  actor_name VARCHAR(100) NOT NULL,
  ip VARCHAR(64) NOT NULL,
  request_id VARCHAR(64) NOT NULL,
  action VARCHAR(64) NOT NULL,
  object_type VARCHAR(32) NOT NULL,
  object_id VARCHAR(64) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  from_state VARCHAR(32) NOT NULL,
  to_state VARCHAR(32) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX audit_object ON audit_rows (object_type, object_id, id);
CREATE INDEX audit_contract ON audit_rows (contract_id, id);
CREATE INDEX audit_customer ON audit_rows (customer_id, id);
CREATE INDEX audit_actor ON audit_rows (actor_id, id);
-- +goose Down
DROP TABLE audit_rows;
