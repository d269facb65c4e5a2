-- +goose Up
CREATE TABLE handoff_intents (
  msg_key VARCHAR(64) NOT NULL PRIMARY KEY,
  batch_id VARCHAR(32) NOT NULL,
  chunk_seq BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  channel VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL,
  code VARCHAR(191) NOT NULL,
  at BIGINT NOT NULL,
  real_at BIGINT NOT NULL,
  settled_by VARCHAR(32) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  alarmed_at BIGINT NULL
);
CREATE INDEX handoff_intents_batch ON handoff_intents (batch_id, state, seq);
CREATE INDEX handoff_intents_channel ON handoff_intents (channel, state, real_at);
CREATE INDEX handoff_intents_quiet ON handoff_intents (state, alarmed_at, real_at);
-- +goose Down
DROP TABLE handoff_intents;
