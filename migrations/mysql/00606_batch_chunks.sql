-- +goose Up
CREATE TABLE batch_chunks (
  batch_id VARCHAR(32) NOT NULL,
  seq BIGINT NOT NULL,
  first_seq BIGINT NOT NULL,
  message_count BIGINT NOT NULL,
  blob_key VARCHAR(255) NOT NULL,
  sha256 CHAR(64) NOT NULL,
  verdict_key VARCHAR(255) NOT NULL,
  verdict_sha256 CHAR(64) NOT NULL,
  pass BIGINT NOT NULL,
  hold BIGINT NOT NULL,
  refuse BIGINT NOT NULL,
  escalate BIGINT NOT NULL,
  parts BIGINT NOT NULL,
  pass_parts BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  last_error VARCHAR(500) NOT NULL,
  lease_token BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  PRIMARY KEY (batch_id, seq),
  KEY batch_chunks_state (state, lease_until)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE batch_chunks;
