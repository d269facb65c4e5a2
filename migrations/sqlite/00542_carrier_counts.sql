-- +goose Up
CREATE TABLE carrier_counts (
  contract_id VARCHAR(32) NOT NULL,
  month CHAR(7) NOT NULL,
  port VARCHAR(32) NOT NULL,
  parts BIGINT NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  note VARCHAR(500) NOT NULL,
  entered_by VARCHAR(32) NOT NULL,
  enterer_name VARCHAR(100) NOT NULL,
  entered_at BIGINT NOT NULL,
  PRIMARY KEY (contract_id, month, port)
);
-- +goose Down
DROP TABLE carrier_counts;
