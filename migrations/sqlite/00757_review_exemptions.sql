-- +goose Up
CREATE TABLE review_exemptions (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(200) NOT NULL,
  category VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  batch_number VARCHAR(32) NOT NULL,
  text_hash VARCHAR(64) NOT NULL,
  max_messages BIGINT NOT NULL,
  sample_share BIGINT NOT NULL,
  until_date CHAR(10) NOT NULL,
  reason VARCHAR(1000) NOT NULL,
  state VARCHAR(16) NOT NULL,
  asked_by VARCHAR(32) NOT NULL,
  asked_name VARCHAR(100) NOT NULL,
  asked_at BIGINT NOT NULL,
  decided_by VARCHAR(32) NOT NULL,
  decided_name VARCHAR(100) NOT NULL,
  decided_at BIGINT NULL,
  decision_reason VARCHAR(500) NOT NULL,
  ended_by VARCHAR(32) NOT NULL,
  ended_at BIGINT NULL,
  end_reason VARCHAR(500) NOT NULL,
  passed BIGINT NOT NULL,
  sampled BIGINT NOT NULL
);
CREATE INDEX review_exemptions_customer ON review_exemptions (customer_id, state);
-- +goose Down
DROP TABLE review_exemptions;
