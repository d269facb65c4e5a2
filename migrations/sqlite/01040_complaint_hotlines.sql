-- +goose Up
CREATE TABLE complaint_hotlines (
  customer_id VARCHAR(32) NOT NULL PRIMARY KEY,
  phone VARCHAR(30) NOT NULL,
  hours VARCHAR(100) NOT NULL,
  set_by VARCHAR(32) NOT NULL,
  setter_name VARCHAR(100) NOT NULL,
  set_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
-- +goose Down
DROP TABLE complaint_hotlines;
