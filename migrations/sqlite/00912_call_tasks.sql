-- +goose Up
CREATE TABLE call_tasks (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  customer_name VARCHAR(100) NOT NULL,
  object_type VARCHAR(32) NOT NULL,
  object_id VARCHAR(32) NOT NULL,
  kind VARCHAR(64) NOT NULL,
  source VARCHAR(160) NOT NULL UNIQUE,
  title_zh VARCHAR(200) NOT NULL,
  title_en VARCHAR(200) NOT NULL,
  text_zh TEXT NOT NULL,
  text_en TEXT NOT NULL,
  assignee_id VARCHAR(32) NOT NULL,
  due_on CHAR(10) NOT NULL,
  state VARCHAR(16) NOT NULL,
  outcome VARCHAR(16) NOT NULL,
  attempts TEXT NOT NULL,
  created_by VARCHAR(32) NOT NULL,
  creator_name VARCHAR(100) NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX call_tasks_assignee ON call_tasks (assignee_id, state, due_on);
CREATE INDEX call_tasks_customer ON call_tasks (customer_id, id);
-- +goose Down
DROP TABLE call_tasks;
