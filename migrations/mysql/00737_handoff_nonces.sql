-- +goose Up
CREATE TABLE handoff_nonces (
  channel VARCHAR(32) NOT NULL,
  nonce VARCHAR(64) NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (channel, nonce),
  KEY handoff_nonces_at (at)
);
-- +goose Down
DROP TABLE handoff_nonces;
