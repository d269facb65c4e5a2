-- +goose Up
CREATE TABLE handoff_nonces (
  channel VARCHAR(32) NOT NULL,
  nonce VARCHAR(64) NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (channel, nonce)
);
CREATE INDEX handoff_nonces_at ON handoff_nonces (at);
-- +goose Down
DROP TABLE handoff_nonces;
