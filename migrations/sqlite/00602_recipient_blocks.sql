-- +goose Up
CREATE TABLE recipient_blocks (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  phone_hash CHAR(64) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  source VARCHAR(32) NOT NULL,
  note VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  lifted_at BIGINT NULL,
  lifted_by VARCHAR(32) NOT NULL,
  live_mark VARCHAR(32) NOT NULL,
  UNIQUE (phone_hash, customer_id, kind, live_mark)
);
CREATE INDEX recipient_blocks_customer ON recipient_blocks (customer_id, id);
-- +goose Down
DROP TABLE recipient_blocks;
