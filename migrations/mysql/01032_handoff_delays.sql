-- +goose Up
CREATE TABLE handoff_delays (
  customer_id VARCHAR(32) NOT NULL,
  on_date CHAR(10) NOT NULL,
  carrier VARCHAR(16) NOT NULL,
  within_s BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  PRIMARY KEY (customer_id, on_date, carrier, within_s)
);
-- +goose Down
DROP TABLE handoff_delays;
