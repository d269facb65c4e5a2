-- +goose Up
CREATE TABLE decided_bands (
  band_key BIGINT NOT NULL,
  text_id VARCHAR(32) NOT NULL,
  PRIMARY KEY (band_key, text_id)
);
CREATE INDEX decided_bands_text ON decided_bands (text_id);
-- +goose Down
DROP TABLE decided_bands;
