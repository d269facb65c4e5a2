-- +goose Up
CREATE TABLE notice_preferences (
  customer_id VARCHAR(32) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  mail INTEGER NOT NULL,
  message INTEGER NOT NULL,
  set_by VARCHAR(32) NOT NULL,
  set_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, kind)
);
-- +goose Down
DROP TABLE notice_preferences;
