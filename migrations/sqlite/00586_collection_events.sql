-- +goose Up
CREATE TABLE collection_events (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  case_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  kind VARCHAR(24) NOT NULL,
  state VARCHAR(16) NOT NULL,
  on_date CHAR(10) NOT NULL,
  amount_fen BIGINT NOT NULL,
  note VARCHAR(1000) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  number VARCHAR(32) NOT NULL,
  payment_id VARCHAR(32) NOT NULL,
  recorded_by VARCHAR(32) NOT NULL,
  recorder_name VARCHAR(100) NOT NULL,
  recorded_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decider_name VARCHAR(100) NOT NULL,
  decided_at BIGINT NULL,
  decision_reason VARCHAR(200) NOT NULL
);
CREATE INDEX collection_events_case ON collection_events (case_id, id);
CREATE INDEX collection_events_state ON collection_events (kind, state);
-- +goose Down
DROP TABLE collection_events;
