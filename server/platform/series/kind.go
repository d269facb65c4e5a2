package series

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/verify"
)

// Kind is how the records of one kind are numbered, anew in each year, month or day: Kind{"bill", "B", 6} numbers the bills of
// October 2026 B-202610-000001, B-202610-000002, … by the series "bill-202610".
type Kind struct {
	Name   string // of its series
	Mark   string // what its numbers begin with
	Digits int    // at least so many are written of the count
}

// Series is the numbers of a kind in one year, month or day.
type Series struct {
	name, head string
	digits     int
}

// Year is the series of the year of a day.
func (k Kind) Year(on caldate.Date) Series { return k.of(fmt.Sprintf("%04d", on.Year())) }

// Month is the series of a month.
func (k Kind) Month(m caldate.Month) Series { return k.of(fmt.Sprintf("%04d%02d", m.Year, m.Mon)) }

// Day is the series of a day.
func (k Kind) Day(on caldate.Date) Series {
	return k.of(fmt.Sprintf("%04d%02d%02d", on.Year(), on.Month(), on.Day()))
}

func (k Kind) of(period string) Series {
	return Series{name: k.Name + "-" + period, head: k.Mark + "-" + period + "-", digits: k.Digits}
}

// Number writes the n-th number.
func (s Series) Number(n int64) string { return fmt.Sprintf("%s%0*d", s.head, s.digits, n) }

// Next takes the next number; it has the conditions of the function Next.
func (s Series) Next(ctx context.Context, d *db.DB) (string, error) {
	numbers, err := s.Take(ctx, d, 1)
	if err != nil {
		return "", err
	}
	return numbers[0], nil
}

// Take takes n numbers in a row.
func (s Series) Take(ctx context.Context, d *db.DB, n int) ([]string, error) {
	first, err := Take(ctx, d, s.name, int64(n))
	if err != nil {
		return nil, fmt.Errorf("take %d of series %s: %w", n, s.name, err)
	}
	numbers := make([]string, n)
	for i := range numbers {
		numbers[i] = s.Number(first + int64(i))
	}
	return numbers, nil
}

// Hold makes transactions that hold the series or take numbers of it take turns until the one that called it ends.
func (s Series) Hold(ctx context.Context, d *db.DB) error {
	_, err := s.Take(ctx, d, 0)
	return err
}

// Verify compares each series of the kind with the numbers that stand in the column number of tables, together: as many as
// were given, the highest being the last (invariant 7). The names of tables are the caller's own, never what somebody entered.
func (k Kind) Verify(ctx context.Context, d *db.DB, tables ...string) ([]verify.Violation, error) {
	type state struct{ last, used, highest int64 }
	all := map[string]*state{} // by name of the series
	at := func(name string) *state {
		if all[name] == nil {
			all[name] = &state{}
		}
		return all[name]
	}
	var given []row
	if err := d.Q(ctx).Where("name LIKE ?", k.Name+"-%").Find(&given).Error; err != nil {
		return nil, fmt.Errorf("series %s: %w", k.Name, err)
	}
	for _, r := range given {
		at(r.Name).last = r.Last
	}
	for _, table := range tables {
		var numbers []string
		if err := d.Q(ctx).Table(table).Where("number LIKE ?", k.Mark+"-%").Pluck("number", &numbers).Error; err != nil {
			return nil, fmt.Errorf("numbers of %s: %w", table, err)
		}
		for _, number := range numbers {
			period, count, _ := strings.Cut(strings.TrimPrefix(number, k.Mark+"-"), "-")
			n, err := strconv.ParseInt(count, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("number %s of %s: %w", number, table, err)
			}
			s := at(k.Name + "-" + period)
			s.used, s.highest = s.used+1, max(s.highest, n)
		}
	}
	var out []verify.Violation
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if s := all[name]; s.used != s.last || s.highest != s.last {
			out = append(out, verify.Violation{Invariant: 7, Object: "series " + name,
				Detail: fmt.Sprintf("stands at %d; %d numbers are in use, the highest is %d", s.last, s.used, s.highest)})
		}
	}
	return out, nil
}
