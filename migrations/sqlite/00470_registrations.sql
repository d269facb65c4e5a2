-- +goose Up
CREATE TABLE registrations (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  parent_id VARCHAR(32) NOT NULL,
  record_text VARCHAR(1000) NOT NULL,
  detail TEXT NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  live_key VARCHAR(120) NULL,
  one_key VARCHAR(64) NULL,
  valid_to CHAR(10) NULL,
  submitted_by VARCHAR(32) NOT NULL,
  submitted_at BIGINT NOT NULL,
  taken_by VARCHAR(32) NOT NULL,
  taken_at BIGINT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decided_at BIGINT NULL,
  reason VARCHAR(500) NOT NULL,
  used_on CHAR(10) NULL,
  UNIQUE (live_key),
  UNIQUE (one_key),
  FOREIGN KEY (customer_id) REFERENCES customers (id)
);
CREATE INDEX registrations_customer ON registrations (customer_id, kind, state);
CREATE INDEX registrations_parent ON registrations (parent_id);
CREATE INDEX registrations_state ON registrations (state, kind, id);
CREATE INDEX registrations_ends ON registrations (state, valid_to);
-- +goose Down
DROP TABLE registrations;
