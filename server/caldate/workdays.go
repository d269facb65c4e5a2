package caldate

// Special is a day on which work differs from what its weekday says: a public holiday, or a weekend day that is worked
// instead (调休上班).
type Special struct {
	Day    Date
	Worked bool
}

// Workdays tells working days (工作日): Monday to Friday, but for special days. The zero value knows weekends alone.
type Workdays struct{ special map[Date]bool }

// NewWorkdays makes the calendar; where a day stands twice, the later entry counts.
func NewWorkdays(days ...Special) Workdays {
	w := Workdays{special: make(map[Date]bool, len(days))}
	for _, s := range days {
		w.special[s.Day] = s.Worked
	}
	return w
}

// Has tells whether d is a working day.
func (w Workdays) Has(d Date) bool {
	if worked, ok := w.special[d]; ok {
		return worked
	}
	return !Weekend(d)
}

// Weekend tells Saturdays and Sundays.
func Weekend(d Date) bool {
	day := d.Start().Weekday()
	return day == 0 || day == 6
}

// After gives the n-th working day after d: a period of n working days that begins the day after d ends with it
// (民法典 201: the day of the event does not count). For n < 1 it is d itself.
func (w Workdays) After(d Date, n int) Date {
	for n > 0 {
		d = d.AddDays(1)
		if w.Has(d) {
			n--
		}
	}
	return d
}

// Between counts the working days after from, up to and with to; none where to is not later.
func (w Workdays) Between(from, to Date) (n int) {
	for d := from.AddDays(1); !d.After(to); d = d.AddDays(1) {
		if w.Has(d) {
			n++
		}
	}
	return n
}

// OnOrAfter gives d, or the first working day after it: a period that ends on a day off ends on the next working day
// (民法典 203).
func (w Workdays) OnOrAfter(d Date) Date {
	for !w.Has(d) {
		d = d.AddDays(1)
	}
	return d
}
