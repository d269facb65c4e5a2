-- +goose Up
CREATE TABLE handoff_caps (
  contract_id VARCHAR(32) NOT NULL,
  on_date CHAR(10) NOT NULL,
  parts BIGINT NOT NULL,
  PRIMARY KEY (contract_id, on_date)
);
-- +goose Down
DROP TABLE handoff_caps;
