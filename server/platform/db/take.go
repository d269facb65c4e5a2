package db

import "gorm.io/gorm"

// Take reads the row that q narrows to; where there is none, it gives nil and the error missing, which is nil where that is no error.
func Take[T any](q *gorm.DB, missing error) (*T, error) {
	var row T
	if err := q.Take(&row).Error; err != nil {
		if IsNotFound(err) {
			return nil, missing
		}
		return nil, err
	}
	return &row, nil
}
