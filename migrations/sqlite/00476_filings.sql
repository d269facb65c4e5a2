-- +goose Up
CREATE TABLE filings (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(40) NOT NULL,
  registration_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  carrier VARCHAR(16) NOT NULL,
  attempt BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  open_key VARCHAR(64) NULL,
  held_key VARCHAR(64) NULL,
  cause VARCHAR(16) NOT NULL,
  note VARCHAR(500) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  carrier_number VARCHAR(64) NOT NULL,
  sheet_id VARCHAR(32) NOT NULL,
  sheet_line BIGINT NOT NULL,
  queued_at BIGINT NOT NULL,
  sent_at BIGINT NULL,
  due_on CHAR(10) NULL,
  answered_at BIGINT NULL,
  answered_by VARCHAR(32) NOT NULL,
  ended_at BIGINT NULL,
  UNIQUE (number),
  UNIQUE (open_key),
  UNIQUE (held_key),
  UNIQUE (registration_id, carrier, attempt),
  FOREIGN KEY (registration_id) REFERENCES registrations (id)
);
CREATE INDEX filings_queue ON filings (carrier, kind, state);
CREATE INDEX filings_customer ON filings (customer_id, id);
CREATE INDEX filings_sheet ON filings (sheet_id, sheet_line);
CREATE INDEX filings_due ON filings (state, due_on);
-- +goose Down
DROP TABLE filings;
