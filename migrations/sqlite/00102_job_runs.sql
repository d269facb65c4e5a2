-- +goose Up
CREATE TABLE job_runs (
  job VARCHAR(64) NOT NULL,
  day CHAR(10) NOT NULL,
  started_at BIGINT NOT NULL,
  finished_at BIGINT NULL,
  attempts BIGINT NOT NULL,
  outcome VARCHAR(500) NOT NULL,
  PRIMARY KEY (job, day)
);
-- +goose Down
DROP TABLE job_runs;
