-- +goose Up
CREATE TABLE handoff_replies (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  channel VARCHAR(32) NOT NULL,
  ref VARCHAR(64) NOT NULL,
  phone_hash CHAR(64) NOT NULL,
  sealed TEXT NOT NULL,
  data_key_id VARCHAR(32) NOT NULL,
  service_code VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32) NOT NULL
);
CREATE UNIQUE INDEX handoff_replies_ref ON handoff_replies (channel, ref);
CREATE INDEX handoff_replies_customer ON handoff_replies (customer_id, at, id);
CREATE INDEX handoff_replies_phone ON handoff_replies (phone_hash, at);
CREATE INDEX handoff_replies_at ON handoff_replies (at, id);
-- +goose Down
DROP TABLE handoff_replies;
