-- +goose Up
CREATE TABLE handoff_flows (
  name VARCHAR(100) NOT NULL PRIMARY KEY,
  tokens BIGINT NOT NULL,
  filled_at BIGINT NOT NULL,
  on_date CHAR(10) NOT NULL,
  used BIGINT NOT NULL
);
-- +goose Down
DROP TABLE handoff_flows;
