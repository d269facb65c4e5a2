-- +goose Up
CREATE TABLE sign_in_guards (
  login_hash CHAR(64) NOT NULL PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at BIGINT NOT NULL,
  locked_until BIGINT,
  KEY sign_in_guards_last (last_at)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE sign_in_guards;
