package caldate

import "time"

// Within tells whether messages may go out at the time of day of at, and when next if not. Hours are "08:00" to "21:00",
// the end excluded; empty or equal ones mean the whole day, and hours over midnight (22:00 to 06:00) work too.
func Within(at time.Time, from, to string) (ok bool, next time.Time) {
	f, okF := TimeOfDay(from)
	t, okT := TimeOfDay(to)
	if !okF || !okT || f == t {
		return true, at
	}
	at = at.In(Shanghai)
	now := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second
	if f < t && now >= f && now < t || f > t && (now >= f || now < t) {
		return true, at
	}
	day := OfTime(at)
	if now >= f {
		day = day.AddDays(1)
	}
	return false, day.Start().Add(f)
}

// TimeOfDay reads "08:00"; "24:00" is the end of the day.
func TimeOfDay(s string) (time.Duration, bool) {
	if s == "24:00" {
		return 24 * time.Hour, true
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
}
