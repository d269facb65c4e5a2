package db

import "gorm.io/gorm"

// Page counts the rows that a query narrows to, and reads a page of them: newest first, those whose id comes before the cursor ("" for
// the first page), at most limit.
func Page[T any](narrowed *gorm.DB, cursor string, limit int) (rows []T, total int64, err error) {
	q := narrowed.Model(new(T)).Session(&gorm.Session{})
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, err
	}
	if cursor != "" {
		q = q.Where("id < ?", cursor)
	}
	return rows, total, q.Order("id DESC").Limit(limit).Find(&rows).Error
}
