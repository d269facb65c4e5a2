-- +goose Up
CREATE TABLE carrier_orders (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  carrier VARCHAR(16) NOT NULL,
  category VARCHAR(16) NOT NULL,
  measure VARCHAR(16) NOT NULL,
  volume BIGINT NOT NULL,
  given_by VARCHAR(191) NOT NULL,
  reference VARCHAR(191) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  document_id VARCHAR(32) NOT NULL,
  set_by VARCHAR(32) NOT NULL,
  set_at BIGINT NOT NULL,
  until_at BIGINT NULL,
  lifted_by VARCHAR(32) NOT NULL,
  lifted_at BIGINT NULL,
  lift_reason VARCHAR(500) NOT NULL
);
CREATE INDEX carrier_orders_live ON carrier_orders (lifted_at, until_at);
CREATE INDEX carrier_orders_at ON carrier_orders (set_at, id);
-- +goose Down
DROP TABLE carrier_orders;
