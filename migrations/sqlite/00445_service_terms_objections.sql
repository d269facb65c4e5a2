-- +goose Up
CREATE TABLE service_terms_objections (
  version_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (version_id, customer_id)
);
-- +goose Down
DROP TABLE service_terms_objections;
