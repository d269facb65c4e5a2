-- +goose Up
CREATE TABLE profile_proposals (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  live_key VARCHAR(32) UNIQUE,
  state VARCHAR(16) NOT NULL,
  base_version BIGINT NOT NULL,
  fields TEXT NOT NULL,
  note VARCHAR(500) NOT NULL,
  proposed_by VARCHAR(32) NOT NULL,
  proposed_by_name VARCHAR(100) NOT NULL,
  proposed_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decided_by_name VARCHAR(100) NOT NULL,
  decided_at BIGINT,
  answer VARCHAR(500) NOT NULL,
  KEY profile_proposals_customer (customer_id, id),
  KEY profile_proposals_state (state, id)
);
-- +goose Down
DROP TABLE profile_proposals;
