-- +goose Up
CREATE TABLE recipient_send_heads (
  signature_id VARCHAR(32) NOT NULL PRIMARY KEY,
  next_seq BIGINT NOT NULL
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE recipient_send_heads;
