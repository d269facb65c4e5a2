-- +goose Up
CREATE TABLE bank_mappings (
  bank_account VARCHAR(40) NOT NULL PRIMARY KEY,
  mapping TEXT NOT NULL,
  confirmed_by VARCHAR(32) NOT NULL,
  confirmer_name VARCHAR(100) NOT NULL,
  confirmed_at BIGINT NOT NULL
);
-- +goose Down
DROP TABLE bank_mappings;
