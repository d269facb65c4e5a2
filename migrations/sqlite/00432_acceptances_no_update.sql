-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER acceptances_no_update BEFORE UPDATE ON acceptances
BEGIN
  SELECT RAISE(ABORT, 'an acceptance is evidence and is never changed');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER acceptances_no_update;
