-- +goose Up
CREATE TABLE batch_pieces (
  transfer_id VARCHAR(32) NOT NULL,
  number BIGINT NOT NULL,
  sha256 CHAR(64) NOT NULL,
  size BIGINT NOT NULL,
  PRIMARY KEY (transfer_id, number)
) ENGINE=InnoDB;
-- +goose Down
DROP TABLE batch_pieces;
