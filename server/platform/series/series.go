// Package series gives readable numbers without gaps (C02, B03): the next number of a series is taken in the transaction
// that uses it, under a lock on the series' row, so that a rollback gives it back and two writers queue.
package series

import (
	"context"
	"errors"

	"sealgate/server/platform/db"
)

type row struct {
	Name string `gorm:"primaryKey"`
	Last int64  `gorm:"column:last_number"`
}

func (row) TableName() string { return "number_series" }

// Next is the next number of the named series, from 1 on. It must be called inside db.Run; who takes numbers of several
// series takes them in the order of their names, or two transactions may wait for each other.
func Next(ctx context.Context, d *db.DB, name string) (int64, error) {
	return Take(ctx, d, name, 1)
}

// Take takes n numbers in a row and gives the first of them; otherwise it is Next. With n = 0 it only locks the series.
func Take(ctx context.Context, d *db.DB, name string, n int64) (first int64, err error) {
	if !db.InTx(ctx) {
		return 0, errors.New("series: a number taken outside a transaction could be lost")
	}
	return count(ctx, d, name, n)
}

// count takes numbers; a bug planted for the crash harness (server/crash) takes them otherwise.
var count = countOn

func countOn(ctx context.Context, d *db.DB, name string, n int64) (first int64, err error) {
	q := d.Q(ctx)
	res := q.Exec("UPDATE number_series SET last_number = last_number + ? WHERE name = ?", n, name)
	if res.Error != nil {
		return 0, res.Error
	}
	if res.RowsAffected == 0 {
		// First number of the series. Two at once: one insert wins, the other fails on the key and its transaction is
		// told to try again by counting on from the winner's row.
		if err := q.Exec("INSERT INTO number_series (name, last_number) VALUES (?, 0)", name).Error; err != nil && !db.IsDuplicate(err) {
			return 0, err
		}
		if err := q.Exec("UPDATE number_series SET last_number = last_number + ? WHERE name = ?", n, name).Error; err != nil {
			return 0, err
		}
	}
	var r row
	err = q.Where("name = ?", name).Take(&r).Error
	return r.Last - n + 1, err
}
