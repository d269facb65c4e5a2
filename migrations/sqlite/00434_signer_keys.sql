-- +goose Up
CREATE TABLE signer_keys (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  user_id VARCHAR(32) NOT NULL,
  organisation VARCHAR(100) NOT NULL,
  name VARCHAR(150) NOT NULL,
  certificate TEXT NOT NULL,
  issuer TEXT NOT NULL,
  sealed VARCHAR(255) NOT NULL,
  created_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX signer_keys_user ON signer_keys (user_id, organisation, ends_at);
-- +goose Down
DROP TABLE signer_keys;
