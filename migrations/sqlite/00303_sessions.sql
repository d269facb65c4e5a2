-- +goose Up
CREATE TABLE sessions (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  user_id VARCHAR(32) NOT NULL,
  token_hash CHAR(64) NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT,
  ended_why VARCHAR(32) NOT NULL,
  ip VARCHAR(64) NOT NULL,
  user_agent VARCHAR(200) NOT NULL,
  FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX sessions_user ON sessions (user_id, ended_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);
-- +goose Down
DROP TABLE sessions;
