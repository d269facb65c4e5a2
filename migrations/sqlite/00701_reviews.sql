-- +goose Up
CREATE TABLE reviews (
  batch_id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  risk BIGINT NOT NULL,
  max_level BIGINT NOT NULL,
  high_risk INTEGER NOT NULL,
  came_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  decisions BIGINT NOT NULL,
  round BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX reviews_queue ON reviews (state, due_at, batch_id);
-- +goose Down
DROP TABLE reviews;
