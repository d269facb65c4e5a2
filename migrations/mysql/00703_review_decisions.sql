-- +goose Up
CREATE TABLE review_decisions (
  batch_id VARCHAR(32) NOT NULL,
  n BIGINT NOT NULL,
  scope VARCHAR(16) NOT NULL,
  group_id VARCHAR(32) NOT NULL,
  seq BIGINT NOT NULL,
  choice VARCHAR(16) NOT NULL,
  reason_codes VARCHAR(500) NOT NULL,
  note VARCHAR(500) NOT NULL,
  verdict VARCHAR(16) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  user_name VARCHAR(100) NOT NULL,
  replay_key VARCHAR(191) NULL,
  at BIGINT NOT NULL,
  real_at BIGINT NOT NULL,
  PRIMARY KEY (batch_id, n),
  UNIQUE KEY review_decisions_replay (batch_id, user_id, replay_key)
);
-- +goose Down
DROP TABLE review_decisions;
