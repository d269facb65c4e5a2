-- +goose Up
CREATE TABLE review_works (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  batch_id VARCHAR(32) NOT NULL,
  round BIGINT NOT NULL,
  part VARCHAR(16) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  user_name VARCHAR(100) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  claimed_at BIGINT NOT NULL,
  finished_at BIGINT NOT NULL,
  at BIGINT NOT NULL,
  on_date CHAR(10) NOT NULL,
  due_at BIGINT NOT NULL,
  approved BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  undone TINYINT NOT NULL,
  KEY review_works_day (on_date, user_id),
  KEY review_works_batch (batch_id)
);
-- +goose Down
DROP TABLE review_works;
