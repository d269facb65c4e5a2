-- +goose Up
CREATE TABLE api_nonces (
  key_id VARCHAR(32) NOT NULL,
  nonce VARCHAR(64) NOT NULL,
  until_at BIGINT NOT NULL,
  PRIMARY KEY (key_id, nonce),
  KEY api_nonces_until (until_at)
);
-- +goose Down
DROP TABLE api_nonces;
