-- +goose Up
CREATE TABLE handoff_orphans (
  channel VARCHAR(32) NOT NULL,
  ref VARCHAR(64) NOT NULL,
  code VARCHAR(64) NOT NULL,
  result BIGINT NOT NULL,
  at BIGINT NOT NULL,
  real_at BIGINT NOT NULL,
  PRIMARY KEY (channel, ref, code)
);
CREATE INDEX handoff_orphans_age ON handoff_orphans (real_at);
-- +goose Down
DROP TABLE handoff_orphans;
