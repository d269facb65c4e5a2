package quality

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strconv"

	"sealgate/server/actor"
	"sealgate/server/announcement"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Customers *customer.Service
	Notices   *notice.Service
	Provider  paper.Party
}

// Service draws reports up.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	log   *slog.Logger
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{Deps: deps, db: d, clock: c, trail: t, log: slog.Default(), store: store{d}}
}

const (
	pageSize  = 200
	mostCodes = 20
)

// MakeMonth makes and announces the reports of a month, on MadeOn of the month after or later, and tells how many. It may run any number
// of times: who has a report is passed over, and one that fails does not stop the others. Errors: ErrMonthOpen, and those of the failed.
func (s *Service) MakeMonth(ctx context.Context, m caldate.Month, on caldate.Date) (made int, err error) {
	if on.Before(m.Next().Day(MadeOn)) || on.After(s.clock.Today()) {
		return 0, ErrMonthOpen.With("month", m.String())
	}
	outages, err := s.store.announced(ctx, m)
	if err != nil {
		return 0, err
	}
	var failed error
	for after := ""; ; {
		page, err := s.store.parties(ctx, m, after, pageSize)
		if err != nil || len(page) == 0 {
			return made, cmp.Or(err, failed)
		}
		for _, p := range page {
			after = p.ID
			if err := s.make(ctx, p, m, on, outages); err != nil {
				if ctx.Err() != nil {
					return made, ctx.Err()
				}
				s.log.ErrorContext(ctx, "a quality report could not be made", "customer", p.ID, "month", m.String(), "error", err)
				failed = cmp.Or(failed, fmt.Errorf("quality report of customer %s: %w", p.ID, err))
				continue
			}
			made++
			failpoint.Hit("quality.made")
		}
	}
}

// make draws one report up and tells the customer, in one transaction. Where another server was faster, nothing is done.
func (s *Service) make(ctx context.Context, p party, m caldate.Month, on caldate.Date, outages []announcement.Announcement) error {
	err := s.db.Run(ctx, func(ctx context.Context) error {
		number, err := numbering.Month(m).Next(ctx, s.db)
		if err != nil {
			return err
		}
		c, err := s.content(ctx, p, m, outages)
		if err != nil {
			return err
		}
		body, err := json.Marshal(c)
		if err != nil {
			return err
		}
		f := c.Month
		r := &Report{
			ID: ids.New(), Number: number, ReportKey: Key(p.ID, m), CustomerID: p.ID, CustomerName: p.Name, Month: m, MadeOn: on, MadeAt: s.clock.Instant(),
			Delivered: f.Delivered, Failed: f.Failed, Doubtful: f.Doubtful, P50S: f.P50, P99S: f.P99, OutageMinutes: f.OutageMinutes, Content: string(body),
		}
		r.Hash = r.Seal()
		if err := s.store.add(ctx, r); err != nil {
			return err
		}
		if err := s.trail.Record(ctx, trail.Entry{
			Action: "quality.make", ObjectType: "quality_report", ObjectID: r.ID, CustomerID: p.ID, On: on, Detail: map[string]any{"number": r.Number, "month": m, "delivered": r.Delivered},
		}); err != nil {
			return err
		}
		to := notice.To{CustomerID: p.ID, About: notice.About{ObjectType: "quality_report", ObjectID: r.ID, CustomerID: p.ID}}
		return s.Notices.Send(ctx, to, "quality_ready", map[string]string{
			"customer": p.Name, "period": m.Zh(), "number": r.Number, "share": paper.Percent(f.Share()), "outages": strconv.Itoa(f.Outages),
		}, map[string]string{"period": m.String()})
	})
	if db.IsDuplicate(err) {
		return nil
	}
	return err
}

// content gathers what a report says.
func (s *Service) content(ctx context.Context, p party, m caldate.Month, outages []announcement.Announcement) (Content, error) {
	c := Content{Carriers: []Carrier{}, Delays: []Class{}, Codes: []Code{}, Outages: []Outage{}, Incidents: []Incident{}}
	carriers, err := s.store.carriers(ctx, p.ID, m)
	if err != nil {
		return c, err
	}
	delays, err := s.store.delays(ctx, p.ID, m)
	if err != nil {
		return c, err
	}
	var over []string
	for _, r := range carriers {
		f := Figures{Sent: r.Sent, Delivered: r.Delivered, Failed: r.Failed, Doubtful: max(0, r.Doubtful)}
		f.timed(delays[r.Carrier])
		c.Carriers = append(c.Carriers, Carrier{r.Carrier, f})
		c.Month.Sent, c.Month.Delivered, c.Month.Failed, c.Month.Doubtful = c.Month.Sent+f.Sent, c.Month.Delivered+f.Delivered, c.Month.Failed+f.Failed, c.Month.Doubtful+f.Doubtful
		if r.Carrier != "" {
			over = append(over, r.Carrier)
		}
	}
	c.Delays = together(delays)
	c.Month.timed(c.Delays)
	if c.Codes, err = s.store.codes(ctx, p.ID, m, mostCodes); err != nil {
		return c, err
	}
	kinds, err := s.store.kinds(ctx, p.ID, m)
	if err != nil {
		return c, err
	}
	c.Outages = touching(outages, kinds, over, m, s.clock.Instant())
	c.Month.Outages, c.Month.OutageMinutes = len(c.Outages), minutes(c.Outages)
	if c.Incidents, err = s.store.incidents(ctx, p.ID, m); err != nil {
		return c, err
	}
	before, err := s.store.before(ctx, p.ID, m)
	if err != nil || before == nil {
		return c, err
	}
	body, err := before.Body()
	c.Before = &body.Month
	return c, err
}

// together adds the classes of all carriers up.
func together(delays map[string][]Class) []Class {
	sums := map[int64]int64{}
	for _, classes := range delays {
		for _, c := range classes {
			sums[c.WithinS] += c.Messages
		}
	}
	out := make([]Class, 0, len(sums))
	for within, n := range sums {
		out = append(out, Class{within, n})
	}
	slices.SortFunc(out, func(a, b Class) int { return cmp.Compare(a.WithinS, b.WithinS) })
	return out
}

// touching are the interruptions that concern a customer with agreements of these kinds and recipients at these carriers.
func touching(all []announcement.Announcement, kinds, carriers []string, m caldate.Month, now caldate.Instant) []Outage {
	out := []Outage{}
	for i := range all {
		a := &all[i]
		if !slices.ContainsFunc(kinds, func(kind string) bool { return a.Touches(kind, carriers) }) {
			continue
		}
		until, lasting := a.EndedAt, a.EndedAt.IsZero()
		if lasting {
			until = now
		}
		from, until, ok := cut(a.StartsAt, until, m)
		if !ok {
			continue
		}
		o := Outage{
			Number: a.Number, TitleZh: a.TitleZh, TitleEn: a.TitleEn, Planned: a.Kind == announcement.Planned, ShortNotice: a.ShortNotice, Fault: a.Fault,
			From: from, Until: until, Lasting: lasting, Minutes: int64(until.Sub(from).Minutes()),
		}
		if a.Fault && !lasting {
			o.CreditDays = announcement.Days(a.Lasts())
		}
		out = append(out, o)
	}
	return out
}

// Query narrows a list of reports; the newest month comes first.
type Query struct {
	CustomerID string
	Month      caldate.Month
	Q          string // part of a number or of the customer's name
	Cursor     string
	Limit      int
}

// List gives a page of reports within the actor's scope, without their bodies, and how many fit.
func (s *Service) List(ctx context.Context, q Query) ([]Report, int64, error) {
	return s.store.list(ctx, q)
}

// Get gives a report within the actor's scope, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Report, error) { return s.store.byID(ctx, id) }

// RunDay makes the reports of the month before, on the day on which they are due.
func (s *Service) RunDay(ctx context.Context, on caldate.Date) (int, error) {
	return s.MakeMonth(actor.With(ctx, actor.System("job:quality")), on.MonthOf().Add(-1), on)
}

// Verify checks that reports are as they were made (6), say what their bodies say, and are numbered without gaps (7).
func (s *Service) Verify(ctx context.Context) (out []verify.Violation, err error) {
	bad := func(invariant int, object, format string, args ...any) {
		out = append(out, verify.Violation{Invariant: invariant, Object: object, Detail: fmt.Sprintf(format, args...)})
	}
	err = s.store.each(ctx, func(r *Report) {
		at := "quality report " + r.Number
		if r.Seal() != r.Hash {
			bad(6, at, "its content does not match the hash of its making")
		}
		c, err := r.Body()
		if err != nil {
			bad(6, at, "%v", err)
			return
		}
		var delivered, failed int64
		for _, x := range c.Carriers {
			delivered, failed = delivered+x.Delivered, failed+x.Failed
		}
		if delivered != r.Delivered || failed != r.Failed {
			bad(6, at, "%d delivered and %d failed by carrier are not %d and %d", delivered, failed, r.Delivered, r.Failed)
		}
	})
	if err != nil {
		return nil, err
	}
	gaps, err := numbering.Verify(ctx, s.db, "quality_reports")
	return append(out, gaps...), err
}
