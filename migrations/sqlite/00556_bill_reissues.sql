-- +goose Up
-- Bills that are issued again because a tax rate changed: previewed by one person, run by another.
CREATE TABLE bill_reissues (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  kind VARCHAR(16) NOT NULL,
  from_date CHAR(10) NOT NULL,
  to_date CHAR(10) NULL,
  rate VARCHAR(40) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  expected BIGINT NOT NULL,
  done BIGINT NOT NULL,
  skipped BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  before_fen BIGINT NOT NULL,
  after_fen BIGINT NOT NULL,
  tax_before_fen BIGINT NOT NULL,
  tax_after_fen BIGINT NOT NULL,
  items TEXT NOT NULL,
  prepared_by VARCHAR(32) NOT NULL,
  preparer_name VARCHAR(100) NOT NULL,
  prepared_at BIGINT NOT NULL,
  started_by VARCHAR(32) NOT NULL,
  starter_name VARCHAR(100) NOT NULL,
  started_at BIGINT NULL,
  finished_at BIGINT NULL
);
CREATE INDEX bill_reissues_state ON bill_reissues (state, id);
-- +goose Down
DROP TABLE bill_reissues;
