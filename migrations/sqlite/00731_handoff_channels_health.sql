-- +goose Up
ALTER TABLE handoff_channels ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE handoff_channels ADD COLUMN good_at BIGINT NULL;
ALTER TABLE handoff_channels ADD COLUMN bad_at BIGINT NULL;
ALTER TABLE handoff_channels ADD COLUMN bad_code VARCHAR(191) NOT NULL DEFAULT '';
-- +goose Down
ALTER TABLE handoff_channels DROP COLUMN bad_code;
ALTER TABLE handoff_channels DROP COLUMN bad_at;
ALTER TABLE handoff_channels DROP COLUMN good_at;
ALTER TABLE handoff_channels DROP COLUMN number;
