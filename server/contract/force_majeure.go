package contract

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
)

// Pause is an obligation that force majeure excuses while it lasts (C20).
type Pause string

// The obligations. Clocks are the ones of terminations for breach and insolvency: the days of the event don't count. The others are
// kept on record for whoever judges them: a late payment (finance grants an exception), a service or maintenance that was late.
const (
	PauseClocks      Pause = "clocks"
	PausePayment     Pause = "payment"
	PauseService     Pause = "service"
	PauseMaintenance Pause = "maintenance"
)

// Pauses lists all of them.
func Pauses() []Pause { return []Pause{PauseClocks, PausePayment, PauseService, PauseMaintenance} }

// ForceMajeureDays is how long an event lasts until either side may end the contract for it (C09, C20).
const ForceMajeureDays = 60

// ForceEvent is one event as one contract feels it (C20). Both its days are whole days.
type ForceEvent struct {
	ID              string `gorm:"primaryKey"`
	Number          string // the contract's number with -E01
	ContractID      string
	CustomerID      string
	Side            Side // who can't perform
	What            string
	Pauses          []Pause `gorm:"serializer:json"`
	StartsOn        caldate.Date
	EndsOn          caldate.Date // last day; none while it lasts
	ToldOn          caldate.Date // when the other side was told
	DocumentID      string       // proof
	EndedDocumentID string       `gorm:"column:ended_document_id"`
	EndedReason     string
	RecordedBy      string
	RecordedAt      caldate.Instant
	EndedBy         string
	EndedAt         caldate.Instant
}

// TableName is force_majeures.
func (ForceEvent) TableName() string { return "force_majeures" }

// OverOn is the day from which either side may end the contract for it, where it still lasts.
func (m *ForceEvent) OverOn() caldate.Date { return m.StartsOn.AddDays(ForceMajeureDays) }

// Lasts is for how many days it has lasted up to a day, that day included.
func (m *ForceEvent) Lasts(until caldate.Date) int {
	if last := m.EndsOn; !last.IsZero() && last.Before(until) {
		until = last
	}
	return max(0, until.Sub(m.StartsOn)+1)
}

// ForceMajeureDraft is what is entered about an event.
type ForceMajeureDraft struct {
	Side       Side
	What       string
	Pauses     []Pause
	StartsOn   caldate.Date
	ToldOn     caldate.Date
	DocumentID string
}

func (d ForceMajeureDraft) check(today caldate.Date) (ForceMajeureDraft, error) {
	var f errs.Fields
	if d.Side != CustomerSide && d.Side != ProviderSide {
		f.Add("side", "unknown", ErrSide.Zh, ErrSide.En)
	}
	d.What = form.Lines(&f, "what", d.What, maxReason, true)
	for _, p := range d.Pauses {
		if !slices.Contains(Pauses(), p) {
			f.Add("pauses", "unknown", "请选择：clocks（终止期限）、payment（付款）、service（服务）、maintenance（维护）", "choose among clocks, payment, service, maintenance")
		}
	}
	d.Pauses = append([]Pause{}, slices.Compact(slices.Sorted(slices.Values(d.Pauses)))...)
	switch {
	case d.StartsOn.IsZero():
		f.Add("starts_on", "missing", "请填写开始日期", "give its first day")
	case d.StartsOn.After(today):
		f.Add("starts_on", "future", "开始日期 "+d.StartsOn.String()+" 还没有到", d.StartsOn.String()+" has not come yet")
	case d.StartsOn.Before(today.AddDays(-365)):
		f.Add("starts_on", "past", "开始日期最多在一年以内", "at most a year ago")
	}
	switch {
	case d.ToldOn.IsZero():
		d.ToldOn = today
	case d.ToldOn.After(today):
		f.Add("told_on", "future", "通知日期 "+d.ToldOn.String()+" 还没有到", d.ToldOn.String()+" has not come yet")
	case d.ToldOn.Before(d.StartsOn):
		f.Add("told_on", "before_start", "通知日期早于开始日期 "+d.StartsOn.String(), "before it began on "+d.StartsOn.String())
	}
	return d, f.Err(ErrForceMajeure)
}

// pausable: the clocks that force majeure holds up. Its own clock runs on.
func pausable(e *Ending) bool {
	return e.State == EndingRunning && e.ClockDays > 0 && (e.Cause == Breach || e.Cause == Insolvency)
}

// pausedDays are the days up to a day that don't count for a clock that starts on a day: those on which at least one event that
// pauses clocks lasted.
func pausedDays(events []ForceEvent, start, until caldate.Date) (n int) {
	for d := start; !d.After(until); d = d.AddDays(1) {
		if slices.ContainsFunc(events, func(m ForceEvent) bool {
			return slices.Contains(m.Pauses, PauseClocks) && !d.Before(m.StartsOn) && (m.EndsOn.IsZero() || !d.After(m.EndsOn))
		}) {
			n++
		}
	}
	return n
}
