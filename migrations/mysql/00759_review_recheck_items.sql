-- +goose Up
CREATE TABLE review_recheck_items (
  recheck_id VARCHAR(32) NOT NULL,
  group_id VARCHAR(32) NOT NULL,
  position BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  first_choice VARCHAR(16) NOT NULL,
  first_by VARCHAR(500) NOT NULL,
  second_choice VARCHAR(16) NOT NULL,
  reason_codes VARCHAR(500) NOT NULL,
  note VARCHAR(500) NOT NULL,
  PRIMARY KEY (recheck_id, group_id)
);
-- +goose Down
DROP TABLE review_recheck_items;
