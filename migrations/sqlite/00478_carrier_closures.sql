-- +goose Up
CREATE TABLE carrier_closures (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  carrier VARCHAR(16) NOT NULL,
  from_day CHAR(10) NOT NULL,
  to_day CHAR(10) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  added_by VARCHAR(32) NOT NULL,
  added_at BIGINT NOT NULL,
  removed_by VARCHAR(32) NOT NULL,
  removed_at BIGINT NULL
);
CREATE INDEX carrier_closures_days ON carrier_closures (carrier, to_day);
-- +goose Down
DROP TABLE carrier_closures;
