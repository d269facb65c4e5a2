-- +goose Up
CREATE TABLE recipient_consent_members (
  consent_id VARCHAR(32) NOT NULL,
  phone_hash CHAR(64) NOT NULL,
  added_at BIGINT NOT NULL,
  withdrawn_at BIGINT NULL,
  source VARCHAR(32) NOT NULL,
  PRIMARY KEY (consent_id, phone_hash)
);
CREATE INDEX recipient_consent_members_phone ON recipient_consent_members (phone_hash);
-- +goose Down
DROP TABLE recipient_consent_members;
