-- +goose Up
CREATE TABLE handoff_replies (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  channel VARCHAR(32) NOT NULL,
  ref VARCHAR(64) NOT NULL,
  phone_hash CHAR(64) NOT NULL,
  sealed LONGTEXT NOT NULL,
  data_key_id VARCHAR(32) NOT NULL,
  service_code VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  contract_id VARCHAR(32) NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  UNIQUE KEY handoff_replies_ref (channel, ref),
  KEY handoff_replies_customer (customer_id, at, id),
  KEY handoff_replies_phone (phone_hash, at),
  KEY handoff_replies_at (at, id)
);
-- +goose Down
DROP TABLE handoff_replies;
