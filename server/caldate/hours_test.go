package caldate_test

import (
	"testing"
	"time"

	"sealgate/server/caldate"
)

func TestWithin_theSendingHours(t *testing.T) {
	t.Parallel()
	at := func(hh, mm int) time.Time { return time.Date(2026, 10, 5, hh, mm, 0, 0, caldate.Shanghai) }
	for _, c := range []struct {
		from, to string
		now      time.Time
		ok       bool
		next     time.Time
	}{
		{"08:00", "21:00", at(8, 0), true, at(8, 0)},
		{"08:00", "21:00", at(20, 59), true, at(20, 59)},
		{"08:00", "21:00", at(21, 0), false, at(8, 0).AddDate(0, 0, 1)},
		{"08:00", "21:00", at(7, 59), false, at(8, 0)},
		{"22:00", "06:00", at(23, 0), true, at(23, 0)},
		{"22:00", "06:00", at(5, 59), true, at(5, 59)},
		{"22:00", "06:00", at(12, 0), false, at(22, 0)},
		{"", "", at(3, 0), true, at(3, 0)},
		{"00:00", "24:00", at(0, 0), true, at(0, 0)},
		{"08:00", "08:00", at(3, 0), true, at(3, 0)},
	} {
		ok, next := caldate.Within(c.now, c.from, c.to)
		if ok != c.ok || !next.Equal(c.next) {
			t.Errorf("%s–%s at %s: %v, next %s", c.from, c.to, c.now.Format("15:04"), ok, next)
		}
	}
}
