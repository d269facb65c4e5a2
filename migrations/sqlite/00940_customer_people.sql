-- +goose Up
CREATE TABLE customer_people (
  user_id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  parts VARCHAR(100) NOT NULL,
  set_by VARCHAR(32) NOT NULL,
  set_at BIGINT NOT NULL
);
CREATE INDEX customer_people_customer ON customer_people (customer_id);
-- +goose Down
DROP TABLE customer_people;
