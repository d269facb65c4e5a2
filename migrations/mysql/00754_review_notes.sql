-- +goose Up
CREATE TABLE review_notes (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  batch_id VARCHAR(32) NOT NULL,
  batch_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  body VARCHAR(1000) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  user_name VARCHAR(100) NOT NULL,
  at BIGINT NOT NULL,
  KEY review_notes_customer (customer_id, id)
);
-- +goose Down
DROP TABLE review_notes;
