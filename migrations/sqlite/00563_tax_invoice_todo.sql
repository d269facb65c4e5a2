-- +goose Up
-- Bills that were paid, taken back or changed by a note: somebody has to see whether an invoice follows.
CREATE TABLE tax_invoice_todo (
  bill_id VARCHAR(32) NOT NULL PRIMARY KEY,
  noted_at BIGINT NOT NULL
);
CREATE INDEX tax_invoice_todo_at ON tax_invoice_todo (noted_at);
-- +goose Down
DROP TABLE tax_invoice_todo;
