-- +goose Up
CREATE TABLE bill_runs (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  month CHAR(7) NOT NULL,
  dry_run INTEGER NOT NULL,
  state VARCHAR(16) NOT NULL,
  expected BIGINT NOT NULL,
  created BIGINT NOT NULL,
  skipped BIGINT NOT NULL,
  owing_nothing BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  total_fen BIGINT NOT NULL,
  failures TEXT NOT NULL,
  anomalies TEXT NOT NULL,
  items TEXT NOT NULL,
  started_by VARCHAR(32) NOT NULL,
  started_at BIGINT NOT NULL,
  finished_at BIGINT NULL
);
CREATE INDEX bill_runs_month ON bill_runs (month, id);
-- +goose Down
DROP TABLE bill_runs;
