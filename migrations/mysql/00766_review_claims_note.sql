-- +goose Up
ALTER TABLE review_claims ADD COLUMN hand_note VARCHAR(500) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE review_claims DROP COLUMN hand_note;
