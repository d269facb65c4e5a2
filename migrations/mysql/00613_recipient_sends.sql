-- +goose Up
CREATE TABLE recipient_sends (
  signature_id VARCHAR(32) NOT NULL,
  seq BIGINT NOT NULL,
  id VARCHAR(32) NOT NULL,
  on_date CHAR(10) NOT NULL,
  at BIGINT NOT NULL,
  batch_id VARCHAR(32) NOT NULL,
  message_count BIGINT NOT NULL,
  hashes LONGTEXT NOT NULL,
  PRIMARY KEY (signature_id, seq),
  KEY recipient_sends_date (on_date)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE recipient_sends;
