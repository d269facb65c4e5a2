-- +goose Up
CREATE TABLE announcements (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  number VARCHAR(32) NOT NULL UNIQUE,
  kind VARCHAR(16) NOT NULL,
  state VARCHAR(16) NOT NULL,
  title_zh VARCHAR(100) NOT NULL,
  title_en VARCHAR(200) NOT NULL,
  reason_zh VARCHAR(500) NOT NULL,
  reason_en VARCHAR(1000) NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  ended_at BIGINT NULL,
  carriers VARCHAR(100) NOT NULL,
  kinds VARCHAR(200) NOT NULL,
  fault INTEGER NOT NULL,
  updates TEXT NOT NULL,
  short_notice INTEGER NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  creator_name VARCHAR(100) NOT NULL,
  created_at BIGINT NOT NULL,
  published_by VARCHAR(100) NOT NULL,
  published_at BIGINT NULL,
  told INTEGER NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX announcements_state ON announcements (state, id);
-- +goose Down
DROP TABLE announcements;
