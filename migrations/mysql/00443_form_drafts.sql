-- +goose Up
CREATE TABLE form_drafts (
  user_id VARCHAR(32) NOT NULL,
  form VARCHAR(150) NOT NULL,
  body MEDIUMTEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, form)
);
-- +goose Down
DROP TABLE form_drafts;
