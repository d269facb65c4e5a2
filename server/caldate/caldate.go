// Package caldate has the two kinds of time that the business knows: a Date (a day in Asia/Shanghai, without a
// time) and an Instant (a moment, to the millisecond). Months of service are [1st 00:00, next 1st 00:00).
package caldate

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"sealgate/server/errs"
)

// Shanghai is the zone of every business day; China has had no summer time since 1991, so a fixed offset is exact
// and needs no zone database on the machine.
var Shanghai = time.FixedZone("CST", 8*3600)

// Date is a day in Asia/Shanghai. The zero value is no day at all (IsZero).
type Date struct{ y, m, d int }

var errDate = errs.Invalid("date.invalid", "日期不存在，请写成 2026-11-21 这样的真实日期", "no such date; write a real date such as 2026-11-21")

// New gives the day y-m-d; days that don't exist are normalised as time.Date does (31 April is 1 May).
func New(y, m, d int) Date { return OfTime(time.Date(y, time.Month(m), d, 12, 0, 0, 0, Shanghai)) }

// OfTime is the day on which the moment t falls in Shanghai.
func OfTime(t time.Time) Date {
	y, m, d := t.In(Shanghai).Date()
	return Date{y, int(m), d}
}

// Parse reads YYYY-MM-DD and refuses days that don't exist (2026-02-30, month 13).
func Parse(s string) (Date, error) {
	t, err := time.ParseInLocation("2006-01-02", s, Shanghai)
	if err != nil || len(s) != 10 {
		return Date{}, errDate.With("value", truncate(s))
	}
	return OfTime(t), nil
}

func truncate(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// MustParse is Parse for constants in code and tests; it panics on a bad date.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.y, d.m, d.d)
}

// Zh is the form on documents: 2026年11月21日.
func (d Date) Zh() string { return fmt.Sprintf("%d年%d月%d日", d.y, d.m, d.d) }

// IsZero tells "no date".
func (d Date) IsZero() bool { return d == Date{} }

// Year, Month (1..12) and Day (1..31) are the parts.
func (d Date) Year() int  { return d.y }
func (d Date) Month() int { return d.m }
func (d Date) Day() int   { return d.d }

// Start is 00:00 of the day.
func (d Date) Start() time.Time { return time.Date(d.y, time.Month(d.m), d.d, 0, 0, 0, 0, Shanghai) }

// At is hh:mm of the day.
func (d Date) At(hour, min int) time.Time {
	return time.Date(d.y, time.Month(d.m), d.d, hour, min, 0, 0, Shanghai)
}

// AddDays gives the day n days later (earlier where n is negative).
func (d Date) AddDays(n int) Date { return New(d.y, d.m, d.d+n) }

// AddYears gives the same day n years later; 29 February becomes 28 February where there is none.
func (d Date) AddYears(n int) Date {
	last := Month{d.y + n, d.m}.Days()
	return Date{d.y + n, d.m, min(d.d, last)}
}

// Sub is the number of days from o to d.
func (d Date) Sub(o Date) int { return int(d.Start().Sub(o.Start()).Hours() / 24) }

// Compare is -1, 0 or +1.
func (d Date) Compare(o Date) int { return d.Start().Compare(o.Start()) }

// Before, After: strictly. In: first <= d <= last.
func (d Date) Before(o Date) bool       { return d.Compare(o) < 0 }
func (d Date) After(o Date) bool        { return d.Compare(o) > 0 }
func (d Date) In(first, last Date) bool { return !d.Before(first) && !d.After(last) }

// MonthOf is the month that the day lies in.
func (d Date) MonthOf() Month { return Month{d.y, d.m} }

// Scan and Value store a date as CHAR(10); no date is NULL.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case []byte:
		return d.Scan(string(v))
	case time.Time:
		*d = Date{v.Year(), int(v.Month()), v.Day()}
		return nil
	case string:
		if v == "" {
			*d = Date{}
			return nil
		}
		p, err := Parse(v)
		*d = p
		return err
	}
	return fmt.Errorf("caldate: can't scan %T", src)
}

// Value implements driver.Valuer.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// GormDataType tells gorm that it is text.
func (Date) GormDataType() string { return "char(10)" }

// MarshalJSON gives "YYYY-MM-DD" or null.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(d.String())
}

// UnmarshalJSON reads "YYYY-MM-DD", "" or null.
func (d *Date) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == nil || *s == "" {
		*d = Date{}
		return nil
	}
	p, err := Parse(*s)
	if err != nil {
		return err
	}
	*d = p
	return nil
}

// Month is a month of service.
type Month struct{ Year, Mon int }

var errMonth = errs.Invalid("month.invalid", "月份不存在，请写成 2026-11 这样的月份", "no such month; write it as 2026-11")

// ParseMonth reads YYYY-MM and refuses month 13.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil || len(s) != 7 {
		return Month{}, errMonth.With("value", truncate(s))
	}
	return Month{t.Year(), int(t.Month())}, nil
}

// MustParseMonth is ParseMonth for constants.
func MustParseMonth(s string) Month {
	m, err := ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, m.Mon) }

// Zh is the form on documents: 2026年11月.
func (m Month) Zh() string { return fmt.Sprintf("%d年%d月", m.Year, m.Mon) }

// IsZero tells "no month".
func (m Month) IsZero() bool { return m == Month{} }

// First and Last day of the month.
func (m Month) First() Date { return Date{m.Year, m.Mon, 1} }
func (m Month) Last() Date  { return New(m.Year, m.Mon+1, 0) }

// Days in the month.
func (m Month) Days() int { return m.Last().d }

// Add gives the month n months later.
func (m Month) Add(n int) Month { return New(m.Year, m.Mon+n, 1).MonthOf() }

// Next is the month after.
func (m Month) Next() Month { return m.Add(1) }

// Before tells whether m is an earlier month than o.
func (m Month) Before(o Month) bool { return m.Year*12+m.Mon < o.Year*12+o.Mon }

// Day gives day n of the month; a day that the month has not (31 in November) means its last day.
func (m Month) Day(n int) Date { return Date{m.Year, m.Mon, min(max(n, 1), m.Days())} }

// Scan and Value store a month as CHAR(7).
func (m *Month) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*m = Month{}
		return nil
	case []byte:
		return m.Scan(string(v))
	case string:
		p, err := ParseMonth(v)
		*m = p
		return err
	}
	return fmt.Errorf("caldate: can't scan %T into a month", src)
}

// Value implements driver.Valuer.
func (m Month) Value() (driver.Value, error) {
	if m.IsZero() {
		return nil, nil
	}
	return m.String(), nil
}

// GormDataType tells gorm that it is text.
func (Month) GormDataType() string { return "char(7)" }

// MarshalJSON gives "YYYY-MM" or null.
func (m Month) MarshalJSON() ([]byte, error) {
	if m.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(m.String())
}

// UnmarshalJSON reads "YYYY-MM".
func (m *Month) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	p, err := ParseMonth(s)
	*m = p
	return err
}

// UnmarshalText reads "YYYY-MM" from a query or a path.
func (m *Month) UnmarshalText(b []byte) error {
	p, err := ParseMonth(string(b))
	*m = p
	return err
}

// UnmarshalText reads "YYYY-MM-DD" from a query or a path.
func (d *Date) UnmarshalText(b []byte) error {
	p, err := Parse(string(b))
	*d = p
	return err
}
