-- +goose Up
CREATE TABLE watch_recipients (
  batch_id VARCHAR(32) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(32) NOT NULL,
  on_date CHAR(10) NOT NULL,
  recipients BIGINT NOT NULL,
  looked BIGINT NOT NULL,
  fresh BIGINT NOT NULL,
  before_day INTEGER NOT NULL,
  made_at BIGINT NOT NULL
);
-- +goose Down
DROP TABLE watch_recipients;
