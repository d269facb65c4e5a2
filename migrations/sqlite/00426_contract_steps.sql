-- +goose Up
CREATE TABLE contract_steps (
  contract_id VARCHAR(32) NOT NULL,
  step VARCHAR(64) NOT NULL,
  on_date CHAR(10) NOT NULL,
  taken_at BIGINT NOT NULL,
  PRIMARY KEY (contract_id, step),
  FOREIGN KEY (contract_id) REFERENCES contracts (id)
);
-- +goose Down
DROP TABLE contract_steps;
