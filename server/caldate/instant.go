package caldate

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// Instant is a moment to the millisecond, stored as BIGINT unix milliseconds so that SQLite and MariaDB compare and
// sort it alike, and shown as RFC 3339 in +08:00. The zero Instant is "not yet" and is stored as NULL.
type Instant struct{ ms int64 }

// InstantOf cuts t to the millisecond.
func InstantOf(t time.Time) Instant {
	if t.IsZero() {
		return Instant{}
	}
	return Instant{t.UnixMilli()}
}

// InstantMs makes an Instant of unix milliseconds.
func InstantMs(ms int64) Instant { return Instant{ms} }

// Time is the moment in Shanghai.
func (i Instant) Time() time.Time {
	if i.ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(i.ms).In(Shanghai)
}

// Ms is the moment in unix milliseconds.
func (i Instant) Ms() int64 { return i.ms }

// IsZero tells "not yet".
func (i Instant) IsZero() bool { return i.ms == 0 }

// Date is the day in Shanghai on which the moment falls.
func (i Instant) Date() Date {
	if i.ms == 0 {
		return Date{}
	}
	return OfTime(i.Time())
}

// Add gives the moment d later.
func (i Instant) Add(d time.Duration) Instant { return Instant{i.ms + d.Milliseconds()} }

// Sub is the time from o to i.
func (i Instant) Sub(o Instant) time.Duration { return time.Duration(i.ms-o.ms) * time.Millisecond }

// Before and After: strictly.
func (i Instant) Before(o Instant) bool { return i.ms < o.ms }
func (i Instant) After(o Instant) bool  { return i.ms > o.ms }

func (i Instant) String() string {
	if i.ms == 0 {
		return ""
	}
	return i.Time().Format("2006-01-02T15:04:05.000-07:00")
}

// Scan implements sql.Scanner.
func (i *Instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		i.ms = 0
	case int64:
		i.ms = v
	case []byte:
		_, err := fmt.Sscan(string(v), &i.ms)
		return err
	default:
		return fmt.Errorf("caldate: can't scan %T into an instant", src)
	}
	return nil
}

// Value implements driver.Valuer.
func (i Instant) Value() (driver.Value, error) {
	if i.ms == 0 {
		return nil, nil
	}
	return i.ms, nil
}

// GormDataType tells gorm that it is an integer.
func (Instant) GormDataType() string { return "bigint" }

// MarshalJSON gives RFC 3339 with +08:00, or null.
func (i Instant) MarshalJSON() ([]byte, error) {
	if i.ms == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(i.String())
}

// UnmarshalJSON reads RFC 3339 or null.
func (i *Instant) UnmarshalJSON(b []byte) error {
	var t *time.Time
	if err := json.Unmarshal(b, &t); err != nil {
		return err
	}
	if t == nil {
		i.ms = 0
		return nil
	}
	*i = InstantOf(*t)
	return nil
}

// UnmarshalText reads RFC 3339 from a query.
func (i *Instant) UnmarshalText(b []byte) error {
	t, err := time.Parse(time.RFC3339, string(b))
	*i = InstantOf(t)
	return err
}
