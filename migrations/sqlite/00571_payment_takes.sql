-- +goose Up
CREATE TABLE payment_takes (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  payment_id VARCHAR(32) NOT NULL,
  customer_id VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  amount_fen BIGINT NOT NULL,
  on_date CHAR(10) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  taken_by VARCHAR(32) NOT NULL,
  taker_name VARCHAR(100) NOT NULL,
  taken_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX payment_takes_once ON payment_takes (payment_id, kind, document_id);
CREATE INDEX payment_takes_customer ON payment_takes (customer_id);
CREATE INDEX payment_takes_document ON payment_takes (document_id);
-- +goose Down
DROP TABLE payment_takes;
