-- +goose Up
CREATE TABLE dunning_steps (
  bill_id VARCHAR(32) NOT NULL,
  step VARCHAR(32) NOT NULL,
  on_date CHAR(10) NOT NULL,
  taken_at BIGINT NOT NULL,
  PRIMARY KEY (bill_id, step)
) WITHOUT ROWID;
-- +goose Down
DROP TABLE dunning_steps;
