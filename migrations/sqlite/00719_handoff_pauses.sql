-- +goose Up
CREATE TABLE handoff_pauses (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  scope VARCHAR(16) NOT NULL,
  object_id VARCHAR(32) NOT NULL,
  live_key VARCHAR(64) NULL UNIQUE,
  reason VARCHAR(500) NOT NULL,
  set_by VARCHAR(32) NOT NULL,
  set_at BIGINT NOT NULL,
  lifted_by VARCHAR(32) NOT NULL,
  lifted_at BIGINT NULL
);
-- +goose Down
DROP TABLE handoff_pauses;
