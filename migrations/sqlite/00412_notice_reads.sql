-- +goose Up
CREATE TABLE notice_reads (
  notice_id VARCHAR(32) NOT NULL,
  user_id VARCHAR(32) NOT NULL,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (notice_id, user_id),
  FOREIGN KEY (notice_id) REFERENCES notices (id)
);
-- +goose Down
DROP TABLE notice_reads;
