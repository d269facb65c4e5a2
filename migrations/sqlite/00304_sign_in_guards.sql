-- +goose Up
CREATE TABLE sign_in_guards (
  login_hash CHAR(64) NOT NULL PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at BIGINT NOT NULL,
  locked_until BIGINT
);
CREATE INDEX sign_in_guards_last ON sign_in_guards (last_at);
-- +goose Down
DROP TABLE sign_in_guards;
