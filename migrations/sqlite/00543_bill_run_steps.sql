-- +goose Up
CREATE TABLE bill_run_steps (
  run_id VARCHAR(32) NOT NULL,
  seq BIGINT NOT NULL,
  after_number VARCHAR(32) NOT NULL,
  on_date CHAR(10) NOT NULL,
  looked BIGINT NOT NULL,
  expected BIGINT NOT NULL,
  created BIGINT NOT NULL,
  skipped BIGINT NOT NULL,
  owing_nothing BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  total_fen BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (run_id, seq)
);
-- +goose Down
DROP TABLE bill_run_steps;
