-- +goose Up
CREATE TABLE complaint_measures (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  month CHAR(7) NOT NULL,
  measure VARCHAR(16) NOT NULL,
  threshold_id VARCHAR(32) NOT NULL,
  complaints BIGINT NOT NULL,
  delivered BIGINT NOT NULL,
  rate VARCHAR(20) NOT NULL,
  taken_at BIGINT NOT NULL,
  UNIQUE (customer_id, month, measure),
  KEY complaint_measures_month (month)
);
-- +goose Down
DROP TABLE complaint_measures;
