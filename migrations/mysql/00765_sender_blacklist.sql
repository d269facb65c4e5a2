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
  lifted_at BIGINT NULL,
  UNIQUE KEY sender_blacklist_live (live_key),
  KEY sender_blacklist_case (takedown_id)
);
-- +goose Down
DROP TABLE sender_blacklist;
