-- +goose Up
CREATE TABLE sender_blacklist (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  kind VARCHAR(16) NOT NULL,
  listed VARCHAR(100) NOT NULL,
  live_key VARCHAR(120) NULL,
  takedown_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(200) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  added_by VARCHAR(32) NOT NULL,
  added_at BIGINT NOT NULL,
  lifted_by VARCHAR(32) NOT NULL,
  lifted_at BIGINT NULL
);
CREATE UNIQUE INDEX sender_blacklist_live ON sender_blacklist (live_key);
CREATE INDEX sender_blacklist_case ON sender_blacklist (takedown_id);
-- +goose Down
DROP TABLE sender_blacklist;
