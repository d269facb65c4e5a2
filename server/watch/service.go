package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/handoff"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Stops is the emergency stop (handoff.Service).
type Stops interface {
	StopNow(ctx context.Context, scope handoff.StopScope, objectID, reason string) (*handoff.Stop, error)
	LiftStop(ctx context.Context, id, reason string) error
}

// Memory knows to which numbers a customer has sent (evidence.Service). It tells nothing of batches that it does not hold yet.
type Memory interface {
	Fresh(ctx context.Context, customerID string, day caldate.Date, batchIDs []string) (map[string]Sample, error)
}

// Service watches.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	trail   *trail.Trail
	notices *notice.Service
	stops   Stops
	memory  Memory
	store   store
}

// Use tells who remembers the recipients; before that they are not looked up.
func (s *Service) Use(m Memory) { s.memory = m }

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, n *notice.Service, s Stops) *Service {
	return &Service{db: d, clock: c, trail: t, notices: n, stops: s, store: store{d}}
}

// RunDay looks at the figures of a day for everything unusual, and at the sign-ins since the last look. It may run as often as one likes:
// a rule tells of a customer's day once. It tells how many alerts were raised.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) (n int, err error) {
	rules, err := s.Rules(ctx)
	if err != nil {
		return 0, err
	}
	own, err := s.store.thresholds(ctx)
	if err != nil {
		return 0, err
	}
	unread := s.lookUp(ctx, day) // what can't be read keeps no other rule from its look
	figures, err := s.figures(ctx, day, rules, own)
	if err != nil {
		return 0, errors.Join(err, unread)
	}
	for _, f := range figures {
		for _, r := range For(rules, own, f.CustomerID, day) {
			hit, evidence := r.Judge(f)
			if !hit {
				continue
			}
			if len(f.Batches) > 0 && (r.Code == Volume || r.Code == Refused) {
				evidence = append(evidence, named(f.Batches))
			}
			raised, e := s.raise(ctx, r, &Alert{
				OnceKey: fmt.Sprintf("%s|%s|%s", r.Code, f.CustomerID, day), Code: r.Code, CustomerID: f.CustomerID, CustomerName: f.CustomerName, OnDate: day, Level: r.Level, Evidence: evidence,
			})
			if e != nil {
				err = errors.Join(err, fmt.Errorf("alert %s of %s: %w", r.Code, f.CustomerName, e))
			} else if raised {
				n++
			}
		}
	}
	places, e := s.signIns(ctx, rules)
	return n + places, errors.Join(err, e, unread)
}

// lookUp asks for the batches of a day how many of their recipients are new, once for each.
func (s *Service) lookUp(ctx context.Context, day caldate.Date) (err error) {
	if s.memory == nil {
		return nil
	}
	todo, err := s.store.unlooked(ctx, day)
	for len(todo) > 0 {
		n := 1
		for n < len(todo) && n < rowsAtOnce && todo[n].CustomerID == todo[0].CustomerID {
			n++
		}
		err = errors.Join(err, s.lookUpOf(ctx, day, todo[:n]))
		todo = todo[n:]
	}
	return err
}

// lookUpOf asks for batches of one customer.
func (s *Service) lookUpOf(ctx context.Context, day caldate.Date, rows []recipientsRow) error {
	batches := make([]string, len(rows))
	for i, r := range rows {
		batches[i] = r.BatchID
	}
	found, err := s.memory.Fresh(ctx, rows[0].CustomerID, day, batches)
	if err != nil {
		return fmt.Errorf("recipients of customer %s on %s: %w", rows[0].CustomerID, day, err)
	}
	var done []recipientsRow
	for _, r := range rows {
		if x, ok := found[r.BatchID]; ok {
			r.OnDate, r.Looked, r.Fresh, r.BeforeDay, r.MadeAt = day, x.Looked, x.Fresh, x.Before, s.clock.RealInstant()
			done = append(done, r)
		}
	}
	return s.db.Run(ctx, func(ctx context.Context) error { return s.store.addLooked(ctx, done) })
}

// figures puts together what the rows of figures say about every customer who was active on a day.
func (s *Service) figures(ctx context.Context, day caldate.Date, rules []Rule, own []Threshold) ([]Figures, error) {
	rows, err := s.store.batches(ctx, day.AddDays(-History), day)
	if err != nil {
		return nil, err
	}
	by := gather(rows, day)
	receipts, err := s.store.receipts(ctx, day)
	if err != nil {
		return nil, err
	}
	for _, r := range receipts {
		f := by.of(r.CustomerID, r.CustomerName, day)
		f.Delivered, f.Failed = r.Delivered, r.Failed
	}
	handed, err := s.store.handed(ctx, day)
	if err != nil {
		return nil, err
	}
	for _, x := range handed {
		f := by.of(x.CustomerID, x.CustomerName, day)
		for _, r := range For(rules, own, x.CustomerID, day) {
			if r.Code == Night && r.Params.inNight(x.At.Time()) {
				f.Night += x.Messages
			}
		}
	}
	return by.sorted(), nil
}

// raise writes an alert once, stops the customer where the rule says so, and tells the right people, in one transaction.
func (s *Service) raise(ctx context.Context, r Rule, a *Alert) (raised bool, err error) {
	known, err := s.store.known(ctx, a.OnceKey)
	if err != nil || known {
		return false, err
	}
	a.ID, a.State, a.RaisedAt = ids.New(), Open, s.clock.Instant()
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if r.AutoStop && a.CustomerID != "" {
			if err := s.stop(ctx, a); err != nil {
				return err
			}
		}
		if err := s.store.add(ctx, a); err != nil {
			if db.IsDuplicate(err) {
				return errKnown // another server was faster; its stop holds, ours goes with the transaction
			}
			return err
		}
		if err := s.record(ctx, a, "watch.raise", "", ""); err != nil {
			return err
		}
		return s.tell(ctx, a)
	})
	failpoint.Hit("watch.raised")
	if errors.Is(err, errKnown) {
		return false, nil
	}
	return err == nil, err
}

var errKnown = errors.New("the alert is there")

func (s *Service) stop(ctx context.Context, a *Alert) error {
	zh, _ := a.Code.Words()
	p, err := s.stops.StopNow(ctx, handoff.StopCustomer, a.CustomerID, "异常监测："+zh)
	if errors.Is(err, handoff.ErrStopped) {
		return nil // it is stopped already, for another reason that somebody else lifts
	}
	if err != nil {
		return err
	}
	a.State, a.StopID = Stopped, p.ID
	return nil
}

var evidenceWords = map[string][2]string{
	"submitted": {"提交", "submitted"}, "past_days": {"此前有发送的天数", "days with messages before"}, "least": {"起算条数", "least"}, "usual": {"平日", "usual"}, "times": {"倍数", "times"},
	"limit_times": {"阈值倍数", "limit (times)"}, "refused": {"规则拒绝", "refused by rules"}, "share": {"占比", "share"}, "limit_share": {"阈值占比", "limit (share)"}, "receipts": {"回执", "receipts"},
	"failed": {"失败", "failed"}, "night": {"夜间发出", "sent at night"}, "hours": {"夜间时段", "night"}, "list": {"最大名单", "largest list"}, "past_list": {"此前最大名单", "largest list before"},
	"new_at_least": {"至少新增", "new at least"}, "recipients": {"收件人", "recipients"}, "new": {"其中从未发送过", "never sent to before"}, "new_share": {"新收件人占比", "share of new ones"},
	"usual_new": {"平日新收件人", "usually new"}, "batches": {"批次", "batches"}, "user": {"账号", "account"}, "place": {"网络", "network"}, "at": {"时间", "time"}, "places": {"此前用过的网络数", "networks used before"},
}

func sentence(es []Evidence, lang int) string {
	var out []string
	for _, e := range es {
		out = append(out, evidenceWords[e.Name][lang]+" "+e.Value)
	}
	return strings.Join(out, map[int]string{0: "，", 1: ", "}[lang])
}

// Because tells the figures of an alert in words, Chinese and English.
func (a *Alert) Because() (zh, en string) { return sentence(a.Evidence, 0), sentence(a.Evidence, 1) }

// tell sends notices: always to the compliance leads, to the sales leads of what concerns a customer, to the customer where sending was
// stopped, to the person whose account it is.
func (s *Service) tell(ctx context.Context, a *Alert) error {
	zh, en := a.Code.Words()
	about := notice.About{ObjectType: "watch_alert", ObjectID: a.ID, CustomerID: a.CustomerID}
	vars := map[string]string{"customer": a.CustomerName, "alert": zh, "day": a.OnDate.String(), "evidence": sentence(a.Evidence, 0)}
	other := map[string]string{"alert": en, "evidence": sentence(a.Evidence, 1)}
	roles := []string{"compliance_lead", "sales_lead"}
	if a.Code == Place {
		roles = []string{"security_admin"}
		if a.CustomerID != "" {
			roles = append(roles, "compliance_lead")
		}
	}
	for _, role := range roles {
		if err := s.notices.Send(ctx, notice.To{Role: role, About: about}, "watch_alert", vars, other); err != nil {
			return err
		}
	}
	if a.State != Stopped {
		return nil
	}
	return s.notices.Send(ctx, notice.To{CustomerID: a.CustomerID, About: about}, "watch_stopped", map[string]string{"customer": a.CustomerName, "alert": zh}, map[string]string{"alert": en})
}

// signInsBack is how far back sign-ins are looked at; each is told once.
const signInsBack = 26 * time.Hour

// signIns notes from which networks accounts sign in, and raises an alert where one was never used before. The first one that an
// account uses is no surprise.
func (s *Service) signIns(ctx context.Context, rules []Rule) (n int, err error) {
	rows, err := s.store.signIns(ctx, s.clock.RealInstant().Add(-signInsBack))
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.Code == Place })
	for _, x := range rows {
		place := NetworkOf(x.IP)
		if place == "" {
			continue
		}
		fresh, before, e := s.note(ctx, x, place)
		if e != nil {
			return n, e
		}
		if !fresh || before == 0 || !rules[i].Enabled {
			continue
		}
		at := x.CreatedAt.Time().Format("2006-01-02 15:04")
		a := &Alert{
			OnceKey: fmt.Sprintf("place|%s|%s", x.UserID, place), Code: Place, CustomerID: x.CustomerID, CustomerName: x.CustomerName, UserID: x.UserID, OnDate: s.clock.Today(), Level: rules[i].Level,
			Evidence: []Evidence{ev("user", x.Name), ev("place", place), ev("at", at), ev("places", before)},
		}
		raised, e := s.raise(ctx, rules[i], a)
		if e != nil {
			return n, e
		}
		if raised {
			n++
			err = errors.Join(err, s.notices.Send(ctx, notice.To{UserID: x.UserID, About: notice.About{ObjectType: "user", ObjectID: x.UserID}}, "sign_in_new_place",
				map[string]string{"name": x.Name, "place": place, "at": at}, nil))
		}
	}
	return n, err
}

// note remembers a network of an account; it tells whether it is new and how many were known before.
func (s *Service) note(ctx context.Context, x signIn, place string) (fresh bool, before int64, err error) {
	known, before, err := s.store.place(ctx, x.UserID, place)
	if err != nil || known {
		return false, before, err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		return s.store.addPlace(ctx, placeRow{UserID: x.UserID, Place: place, FirstAt: x.CreatedAt, LastAt: x.CreatedAt})
	})
	return true, before, err
}

// Lift lets a customer send again that an alert has stopped, with the reason; only a person does. Errors: ErrNotFound, ErrState,
// ErrSystem, ErrInput.
func (s *Service) Lift(ctx context.Context, id, reason string) (*Alert, error) {
	return s.change(ctx, id, Open, "watch.lift", reason, func(ctx context.Context, a *Alert) error {
		me := actor.From(ctx)
		if me.IsSystem() {
			return ErrSystem
		}
		a.LiftedBy, a.LiftedName, a.LiftedAt, a.LiftReason = me.UserID, me.Name, s.clock.Instant(), reason
		if err := s.stops.LiftStop(ctx, a.StopID, reason); err != nil && !errors.Is(err, handoff.ErrNoStop) {
			return err
		}
		return nil
	})
}

// Close ends an alert by saying what it was. Errors: ErrNotFound, ErrState, ErrStopped, ErrInput.
func (s *Service) Close(ctx context.Context, id, outcome, reason string) (*Alert, error) {
	if !slices.Contains(Outcomes(), outcome) {
		return nil, ErrInput.At("outcome", "unknown", "请选择结论：已说明、误报或确有问题", "choose what it was: explained, false_alarm or confirmed")
	}
	return s.change(ctx, id, Closed, "watch.close", reason, func(ctx context.Context, a *Alert) error {
		me := actor.From(ctx)
		a.Outcome, a.ClosedBy, a.ClosedName, a.ClosedAt, a.CloseReason = outcome, me.UserID, me.Name, s.clock.Instant(), reason
		return nil
	})
}

func (s *Service) change(ctx context.Context, id string, to State, action, reason string, act func(context.Context, *Alert) error) (*Alert, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 500, true)
	if err := f.Err(ErrInput); err != nil {
		return nil, err
	}
	var a *Alert
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if a, err = s.store.get(ctx, id); err != nil {
			return err
		}
		from := a.State
		switch {
		case from == Stopped && to == Closed:
			return ErrStopped
		case !MayGo(from, to):
			return ErrState.With("state", string(from))
		}
		if err := act(ctx, a); err != nil {
			return err
		}
		a.State = to
		ok, err := s.store.save(ctx, a, from)
		if err == nil && !ok {
			err = ErrState
		}
		if err != nil {
			return err
		}
		return s.record(ctx, a, action, from, reason)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

func (s *Service) record(ctx context.Context, a *Alert, action string, from State, reason string) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "watch_alert", ObjectID: a.ID, CustomerID: a.CustomerID, From: string(from), To: string(a.State), Reason: reason,
		Detail: map[string]any{"code": a.Code, "evidence": a.Evidence, "stop": a.StopID, "outcome": a.Outcome},
	})
}

// Query narrows and pages the alerts; the newest come first.
type Query struct {
	States     []string
	CustomerID string
	Cursor     string
	Limit      int
}

// List gives a page of alerts within the caller's scope, and how many match.
func (s *Service) List(ctx context.Context, q Query) ([]Alert, int64, error) {
	return s.store.list(ctx, q)
}

// Get gives one alert.
func (s *Service) Get(ctx context.Context, id string) (*Alert, error) { return s.store.get(ctx, id) }

// Alarmed tells whether an alert about a customer's messages is not closed (review.Alarmed).
func (s *Service) Alarmed(ctx context.Context, customerID string) (bool, error) {
	return s.store.alarmed(ctx, customerID)
}

// Rules gives the rules for all customers.
func (s *Service) Rules(ctx context.Context) ([]Rule, error) {
	rows, err := s.store.rules(ctx)
	out := Presets()
	for i := range out {
		for _, r := range rows {
			if r.Code == out[i].Code {
				out[i] = Rule{r.Code, r.Enabled, r.AutoStop, r.Level, r.Params}
			}
		}
	}
	return out, err
}

// Thresholds gives the rules that differ for single customers.
func (s *Service) Thresholds(ctx context.Context) ([]Threshold, error) {
	return s.store.thresholds(ctx)
}

func (p Params) check(f *errs.Fields, c Code) {
	bounds := func(field string, v, low, high int64) {
		if v < low || v > high {
			f.Add("params."+field, "range", fmt.Sprintf("应在 %d 与 %d 之间", low, high), fmt.Sprintf("must be %d to %d", low, high))
		}
	}
	if c != Place {
		bounds("least", p.Least, 1, 100_000_000)
	}
	switch c {
	case Volume:
		bounds("tenths", p.Tenths, 11, 10_000)
	case Refused, Failed:
		bounds("share", p.Share, 1, 1000)
	case Recipients:
		bounds("tenths", p.Tenths, 11, 10_000)
		bounds("share", p.Share, 1, 1000)
	case Night:
		bounds("from", p.From, 0, 23)
		bounds("to", p.To, 0, 23)
	}
}

// SetRule changes a rule for all customers, from the next look on. Errors: ErrInput with fields.
func (s *Service) SetRule(ctx context.Context, r Rule) error {
	var f errs.Fields
	if !slices.Contains(Codes(), r.Code) {
		f.Add("code", "unknown", "没有这条规则", "there is no such rule")
	}
	if r.Level < 1 || r.Level > 5 {
		f.Add("level", "range", "级别为 1 至 5", "the level is 1 to 5")
	}
	r.Params.check(&f, r.Code)
	if err := f.Err(ErrInput); err != nil {
		return err
	}
	me := actor.From(ctx)
	return s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.putRule(ctx, ruleRow{Code: r.Code, Enabled: r.Enabled, AutoStop: r.AutoStop, Level: r.Level, Params: r.Params, UpdatedBy: me.UserID, UpdatedName: me.Name, UpdatedAt: s.clock.Instant()}); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "watch.rule", ObjectType: "watch_rule", ObjectID: string(r.Code), Detail: map[string]any{
			"enabled": r.Enabled, "auto_stop": r.AutoStop, "level": r.Level, "params": r.Params,
		}})
	})
}

// SetThreshold sets a rule for one customer, until a day, with the reason. Errors: ErrInput with fields.
func (s *Service) SetThreshold(ctx context.Context, t Threshold) error {
	var f errs.Fields
	if !slices.Contains(Codes(), t.Code) || t.Code == Place {
		f.Add("code", "unknown", "没有这条按客户设置的规则", "there is no such rule for customers")
	}
	t.Reason = form.Text(&f, "reason", t.Reason, 500, true)
	if !t.UntilDate.IsZero() && t.UntilDate.Before(s.clock.Today()) {
		f.Add("until", "past", "截止日期已过", "the last day has passed")
	}
	t.Params.check(&f, t.Code)
	if err := f.Err(ErrInput); err != nil {
		return err
	}
	me := actor.From(ctx)
	t.UpdatedBy, t.UpdatedName, t.UpdatedAt = me.UserID, me.Name, s.clock.Instant()
	return s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.putThreshold(ctx, t); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "watch.threshold", ObjectType: "watch_rule", ObjectID: string(t.Code), CustomerID: t.CustomerID, Reason: t.Reason, Detail: map[string]any{
			"enabled": t.Enabled, "auto_stop": t.AutoStop, "params": t.Params, "until": t.UntilDate,
		}})
	})
}
