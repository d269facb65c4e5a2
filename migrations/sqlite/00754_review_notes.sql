-- +goose Up
CREATE TABLE review_notes (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  batch_id VARCHAR(32) NOT NULL,
  batch_number VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  body VARCHAR(1000) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  user_name VARCHAR(100) NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX review_notes_customer ON review_notes (customer_id, id);
-- +goose Down
DROP TABLE review_notes;
