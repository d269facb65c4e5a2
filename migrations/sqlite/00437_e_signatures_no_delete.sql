-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER e_signatures_no_delete BEFORE DELETE ON e_signatures
BEGIN
  SELECT RAISE(ABORT, 'an electronic signature is never changed');
END;
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER e_signatures_no_delete;
