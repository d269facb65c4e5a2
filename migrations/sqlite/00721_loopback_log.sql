-- +goose Up
CREATE TABLE loopback_log (
  msg_key VARCHAR(64) NOT NULL PRIMARY KEY,
  digest CHAR(64) NOT NULL,
  parts BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  success INTEGER NOT NULL,
  code VARCHAR(32) NOT NULL,
  reported INTEGER NOT NULL
);
CREATE INDEX loopback_due ON loopback_log (reported, due_at, msg_key);
-- +goose Down
DROP TABLE loopback_log;
