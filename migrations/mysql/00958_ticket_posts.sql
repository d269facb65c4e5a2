-- +goose Up
CREATE TABLE ticket_posts (
  ticket_id VARCHAR(32) NOT NULL,
  seq BIGINT NOT NULL,
  side VARCHAR(16) NOT NULL,
  author_id VARCHAR(32) NOT NULL,
  author_name VARCHAR(100) NOT NULL,
  text LONGTEXT NOT NULL,
  documents TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (ticket_id, seq)
);
-- +goose Down
DROP TABLE ticket_posts;
