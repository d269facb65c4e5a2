-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER e_signatures_no_delete BEFORE DELETE ON e_signatures FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an electronic signature is never changed';
-- +goose StatementEnd
-- +goose Down
DROP TRIGGER e_signatures_no_delete;
