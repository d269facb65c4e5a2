package workday

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/trail"
)

// Service gives the calendar and takes corrections of it.
type Service struct {
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail) *Service { return &Service{d, c, t, store{d}} }

// Calendar gives the working days as they are known now.
func (s *Service) Calendar(ctx context.Context) (caldate.Workdays, error) {
	days, err := s.store.all(ctx)
	if err != nil {
		return caldate.Workdays{}, err
	}
	return calendar(Merged(days)), nil
}

// Year lists the special days of a year and tells whether its official arrangement is known.
func (s *Service) Year(ctx context.Context, year int) (days []Day, announced bool, err error) {
	entered, err := s.store.all(ctx)
	if err != nil {
		return nil, false, err
	}
	for _, d := range Merged(entered) {
		if d.Day.Year() == year {
			days = append(days, d)
		}
	}
	for _, y := range Announced() {
		announced = announced || y == year
	}
	return days, announced, nil
}

// Entry is a day as a person enters it.
type Entry struct {
	Day    caldate.Date
	Worked bool
	Name   string
	Reason string // the announcement that it follows
}

// Enter says what a day is, whatever was announced: the arrangement of a year to come, or a correction. Clocks that run
// are counted anew the next time that they are looked at; what was due before stays as it was told. Errors: ErrInvalid.
func (s *Service) Enter(ctx context.Context, entries []Entry) error {
	var f errs.Fields
	for i := range entries {
		e := &entries[i]
		at := fmt.Sprintf("days[%d].", i)
		if e.Day.IsZero() || e.Day.Year() < 2020 || e.Day.Year() > 2099 {
			f.Add(at+"day", "range", "请填写 2020 至 2099 年间的日期", "give a day from 2020 to 2099")
		}
		e.Name = form.Text(&f, at+"name", e.Name, 30, true)
		e.Reason = form.Text(&f, at+"reason", e.Reason, 200, true)
		if !e.Day.IsZero() && e.Worked != caldate.Weekend(e.Day) {
			f.Add(at+"worked", "weekday", "工作日只能登记为放假，周末只能登记为上班", "a weekday can be entered as off, a weekend day as worked")
		}
	}
	if len(entries) == 0 || len(entries) > 100 {
		f.Add("days", "count", "请登记 1 至 100 天", "enter 1 to 100 days")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return err
	}
	who := actor.From(ctx)
	return s.db.Run(ctx, func(ctx context.Context) error {
		for _, e := range entries {
			if err := s.store.put(ctx, Day{Day: e.Day, Worked: e.Worked, Name: e.Name, Source: e.Reason, EnteredBy: who.UserID, EnteredName: who.Name, EnteredAt: s.clock.Instant()}); err != nil {
				return err
			}
			if err := s.trail.Record(ctx, trail.Entry{
				Action: "workday.enter", ObjectType: "workday", ObjectID: e.Day.String(), On: e.Day, Reason: e.Reason, Detail: map[string]any{"worked": e.Worked, "name": e.Name},
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Withdraw takes an entry back: what was announced, or the weekday, counts again. Errors: ErrNotFound, ErrInvalid.
func (s *Service) Withdraw(ctx context.Context, day caldate.Date, reason string) error {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, true)
	if err := f.Err(ErrInvalid); err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		ok, err := s.store.drop(ctx, day)
		if err != nil {
			return err
		}
		if !ok {
			return ErrNotFound
		}
		return s.trail.Record(ctx, trail.Entry{Action: "workday.withdraw", ObjectType: "workday", ObjectID: day.String(), On: day, Reason: reason})
	})
}
