package registration

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/series"
	"sealgate/server/trail"
)

// queueTree queues filings for a record, and for the approved ones that hang on it and were filed before, with the carriers (all where
// none is named) that have neither accepted nor got one yet. It gives how many were queued.
func (s *Service) queueTree(ctx context.Context, r *Record, carriers []string, note string) (int, error) {
	n, err := s.queue(ctx, r, carriers, note)
	if err != nil {
		return n, err
	}
	below, err := s.store.children(ctx, r.ID)
	if err != nil {
		return n, err
	}
	for i := range below {
		if below[i].State != Approved {
			continue
		}
		more, err := s.queueTree(ctx, &below[i], carriers, note)
		if err != nil {
			return n, err
		}
		n += more
	}
	return n, nil
}

func (s *Service) queue(ctx context.Context, r *Record, carriers []string, note string) (int, error) {
	had, err := s.store.filingsOf(ctx, r.ID)
	if err != nil {
		return 0, err
	}
	var gs []Filing
	for _, c := range s.Carriers.List {
		if len(carriers) > 0 && !slices.Contains(carriers, c.ID) {
			continue
		}
		attempt, live := int64(0), false
		for _, g := range had {
			if g.Carrier == c.ID {
				attempt, live = max(attempt, g.Attempt), live || g.State.Open() || g.State == Accepted
			}
		}
		if !live {
			gs = append(gs, Filing{Carrier: c.ID, Attempt: attempt + 1})
		}
	}
	return len(gs), s.enqueue(ctx, r, gs, note)
}

// enqueue writes new filings of a record, of which carrier and attempt are given.
func (s *Service) enqueue(ctx context.Context, r *Record, gs []Filing, note string) error {
	if len(gs) == 0 {
		return nil
	}
	first, err := series.Take(ctx, s.db, "filing", int64(len(gs)))
	if err != nil {
		return err
	}
	for i := range gs {
		g, open := &gs[i], openKey(r.ID, gs[i].Carrier)
		g.ID, g.Number, g.RegistrationID, g.CustomerID, g.Kind, g.State = ids.New(), fmt.Sprintf("BB%08d", first+int64(i)), r.ID, r.CustomerID, r.Kind, Queued
		g.OpenKey, g.Note, g.QueuedAt = &open, note, s.clock.Instant()
		if err := s.recordFiling(ctx, g, "filing.queue", ""); err != nil {
			return err
		}
	}
	return s.store.insertFilings(ctx, gs)
}

func openKey(registrationID, carrier string) string { return registrationID + ":" + carrier }

func (s *Service) recordFiling(ctx context.Context, g *Filing, action string, from FilingState) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "filing", ObjectID: g.ID, CustomerID: g.CustomerID, From: string(from), To: string(g.State), Reason: g.Reason,
		Detail: map[string]any{"number": g.Number, "registration": g.RegistrationID, "carrier": g.Carrier, "attempt": g.Attempt, "cause": g.Cause},
	})
}

// step is the only way in which a filing changes its state.
func (s *Service) step(ctx context.Context, g *Filing, to FilingState) error {
	from := g.State
	if !CanFile(from, to) {
		return ErrFilingState.With("state", from)
	}
	g.State, g.OpenKey, g.HeldKey = to, nil, nil
	key := openKey(g.RegistrationID, g.Carrier)
	switch {
	case to.Open():
		g.OpenKey = &key
	case to == Accepted:
		g.HeldKey = &key
	case to == FilingEnd:
		g.EndedAt = s.clock.Instant()
	}
	ok, err := s.store.moveFiling(ctx, g, from)
	if err != nil {
		return err
	}
	if !ok {
		return ErrFilingState
	}
	return s.recordFiling(ctx, g, "filing."+string(to), from)
}

// lapseTree ends the filings of a record that stand, with one carrier or (where none is named) with all, and those of what hangs on it.
func (s *Service) lapseTree(ctx context.Context, r *Record, carrier string, cause Cause, reason string) error {
	gs, err := s.store.filingsOf(ctx, r.ID)
	if err != nil {
		return err
	}
	for i := range gs {
		g := &gs[i]
		if carrier != "" && g.Carrier != carrier || !CanFile(g.State, FilingEnd) {
			continue
		}
		g.Cause, g.Reason = cause, reason
		if err := s.step(ctx, g, FilingEnd); err != nil {
			return err
		}
	}
	return s.lapseBelow(ctx, r, carrier, reason)
}

// lapseBelow ends the filings of what hangs on a record.
func (s *Service) lapseBelow(ctx context.Context, r *Record, carrier, reason string) error {
	below, err := s.store.children(ctx, r.ID)
	if err != nil {
		return err
	}
	for i := range below {
		if err := s.lapseTree(ctx, &below[i], carrier, ByParent, reason); err != nil {
			return err
		}
	}
	return nil
}

// Refile files a record, and what lapsed with it, a second time with the carriers (all where none is named) that refused it or where it
// lapsed. note says what was mended; a new proof may go with it. Errors: ErrReason, ErrNotFound, ErrState, ErrLetter, ErrParent,
// ErrCarrier, ErrNothingLapsed, those of document.Link.
func (s *Service) Refile(ctx context.Context, id string, carriers []string, note, documentID string) (*Record, error) {
	note, err := checkReason(note)
	if err != nil {
		return nil, err
	}
	for _, c := range carriers {
		if _, err := s.Carriers.Of(c); err != nil {
			return nil, err
		}
	}
	var r *Record
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if r, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		if r.State != Approved {
			return ErrState.With("state", r.State)
		}
		if err := s.mayStand(ctx, r); err != nil {
			return err
		}
		if documentID != "" {
			if _, err := s.Documents.Link(ctx, documentID, "registration", r.ID, r.CustomerID, ""); err != nil {
				return err
			}
			r.DocumentID = documentID
		}
		r.UsedOn = s.clock.Today() // five months count anew
		if _, err := s.store.move(ctx, r, Approved); err != nil {
			return err
		}
		n, err := s.queueTree(ctx, r, carriers, note)
		if err == nil && n == 0 {
			err = ErrNothingLapsed
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// MakeSheets puts what is queued for a carrier on sheets, one a kind in the order of the chain, and counts it as submitted: an answer is
// expected within so many working days. kind narrows to one. Errors: ErrCarrier, ErrDeskClosed with the day of opening, ErrNothingToFile.
func (s *Service) MakeSheets(ctx context.Context, carrier string, kind Kind) ([]Sheet, error) {
	if _, err := s.Carriers.Of(carrier); err != nil {
		return nil, err
	}
	today := s.clock.Today()
	if closed, err := s.closedOn(ctx, carrier, today); err != nil {
		return nil, err
	} else if closed != nil {
		return nil, ErrDeskClosed.Sayf("该运营商 %s 至 %s 暂停受理报备（%s）；登记已在排队，开办后再报", "the carrier's desk is closed from %s to %s (%s); what is queued waits until it opens", closed.FromDay, closed.ToDay, closed.Reason)
	}
	days, err := s.Workdays.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	due := days.After(today, s.Carriers.ExpectedDays)
	var out []Sheet
	err = s.db.Run(ctx, func(ctx context.Context) error {
		out = nil
		for _, k := range Kinds() {
			if kind != "" && kind != k {
				continue
			}
			sh, err := s.makeSheet(ctx, carrier, k, today, due)
			if err != nil {
				return err
			}
			if sh != nil {
				out = append(out, *sh)
			}
		}
		if len(out) == 0 {
			return ErrNothingToFile
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) makeSheet(ctx context.Context, carrier string, kind Kind, today, due caldate.Date) (*Sheet, error) {
	gs, err := s.store.waiting(ctx, carrier, kind)
	if err != nil || len(gs) == 0 {
		return nil, err
	}
	number, err := sheetNumbers.Day(today).Next(ctx, s.db)
	if err != nil {
		return nil, err
	}
	sh := &Sheet{
		ID: ids.New(), Number: number, Carrier: carrier, Kind: kind, Count: int64(len(gs)), DueOn: due,
		MadeBy: actor.From(ctx).UserID, MadeAt: s.clock.Instant(),
	}
	if err := s.store.insertSheet(ctx, sh); err != nil {
		return nil, err
	}
	for i := range gs {
		g := &gs[i]
		g.SheetID, g.SheetLine, g.SentAt, g.DueOn = sh.ID, int64(i+1), sh.MadeAt, due
		if err := s.step(ctx, g, Sent); err != nil {
			return nil, err
		}
	}
	return sh, s.trail.Record(ctx, trail.Entry{
		Action: "filing.sheet", ObjectType: "filing_sheet", ObjectID: sh.ID, Detail: map[string]any{"number": sh.Number, "carrier": carrier, "kind": kind, "filings": sh.Count},
	})
}

// Answer is what a carrier says to a filing.
type Answer struct {
	State         FilingState // Accepted, Rejected or FilingEnd (taken back)
	Reason        string      // needed unless accepted
	CarrierNumber string
}

func (a Answer) check() (Answer, error) {
	var f errs.Fields
	if a.State != Accepted && a.State != Rejected && a.State != FilingEnd {
		f.Add("state", "unknown", "结果应为 accepted、refused 或 lapsed", "the outcome is accepted, refused or lapsed")
	}
	a.Reason = form.Text(&f, "reason", a.Reason, 500, a.State != Accepted)
	a.CarrierNumber = form.Text(&f, "carrier_number", a.CarrierNumber, 64, false)
	return a, f.Err(ErrInvalid)
}

// TakeAnswer enters a carrier's answer to one filing by hand. Errors: ErrInvalid, ErrFilingNotFound, ErrFilingState.
func (s *Service) TakeAnswer(ctx context.Context, filingID string, a Answer) (*Filing, error) {
	a, err := a.check()
	if err != nil {
		return nil, err
	}
	var g *Filing
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if g, err = s.store.filing(ctx, filingID); err != nil {
			return err
		}
		return s.answer(ctx, g, a)
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// AnswerSheet enters the same answer to every filing of a sheet that has none. Errors: ErrInvalid, ErrSheetNotFound.
func (s *Service) AnswerSheet(ctx context.Context, sheetID string, a Answer) (n int, err error) {
	if a, err = a.check(); err != nil {
		return 0, err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if _, err := s.store.sheet(ctx, sheetID); err != nil {
			return err
		}
		gs, err := s.store.filingsOfSheet(ctx, sheetID)
		if err != nil {
			return err
		}
		n = 0
		for i := range gs {
			if gs[i].State != Sent {
				continue
			}
			if err := s.answer(ctx, &gs[i], a); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// answer lets a filing end as its carrier says. An accepted one takes the place of the accepted one before; a refusal or lapse takes with
// it what hangs on the record, unless the one before still stands.
func (s *Service) answer(ctx context.Context, g *Filing, a Answer) error {
	if g.State == Queued {
		return ErrFilingState.Say("这条登记还没有报出，不会有回执", "this one has not been filed yet and can have no answer")
	}
	if a.State == Accepted {
		if err := s.replace(ctx, g); err != nil {
			return err
		}
	}
	g.AnsweredAt, g.AnsweredBy, g.Reason = s.clock.Instant(), actor.From(ctx).UserID, a.Reason
	if a.CarrierNumber != "" {
		g.CarrierNumber = a.CarrierNumber
	}
	was := g.State
	if a.State == FilingEnd {
		g.Cause = ByCarrier
	}
	if err := s.step(ctx, g, a.State); err != nil {
		return err
	}
	r, err := s.store.byID(ctx, g.RegistrationID)
	if err != nil {
		return err
	}
	if was == Accepted {
		if err := s.lapseBelow(ctx, r, g.Carrier, a.Reason); err != nil {
			return err
		}
	}
	return s.tellAnswer(ctx, r, g)
}

// replace ends the accepted filing that a second one takes the place of.
func (s *Service) replace(ctx context.Context, g *Filing) error {
	gs, err := s.store.filingsOf(ctx, g.RegistrationID)
	if err != nil {
		return err
	}
	for i := range gs {
		if old := &gs[i]; old.Carrier == g.Carrier && old.State == Accepted && old.ID != g.ID {
			old.Cause = BySuccessor
			if err := s.step(ctx, old, FilingEnd); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellAnswer tells the customer and its sales owner what a carrier said; an acceptance is told to nobody but where it is looked for.
func (s *Service) tellAnswer(ctx context.Context, r *Record, g *Filing) error {
	if g.State == Accepted {
		return nil
	}
	c, err := s.Carriers.Of(g.Carrier)
	if err != nil {
		return err
	}
	vars, en := s.words(r)
	vars["carrier"], en["carrier"], vars["reason"], vars["number"] = c.Name.Zh, c.Name.En, g.Reason, g.Number
	return s.tellBoth(ctx, r, "filing_"+string(g.State), vars, en)
}

// Close enters a time in which a carrier's desk is closed. Errors: ErrClosure with the fields, ErrCarrier, ErrOverlap.
func (s *Service) Close(ctx context.Context, carrier string, from, to caldate.Date, reason string) (*Closure, error) {
	if _, err := s.Carriers.Of(carrier); err != nil {
		return nil, err
	}
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, true)
	switch {
	case from.IsZero():
		f.Add("from", "missing", "请填写开始日期", "give the first day")
	case to.IsZero():
		f.Add("to", "missing", "请填写结束日期", "give the last day")
	case to.Before(from):
		f.Add("to", "order", "结束日期早于开始日期", "the last day is before the first")
	case to.Before(s.clock.Today()):
		f.Add("to", "past", "停办日期已经过去", "the closure is over already")
	}
	if err := f.Err(ErrClosure); err != nil {
		return nil, err
	}
	c := &Closure{ID: ids.New(), Carrier: carrier, FromDay: from, ToDay: to, Reason: reason, AddedBy: actor.From(ctx).UserID, AddedAt: s.clock.Instant()}
	err := s.db.Run(ctx, func(ctx context.Context) error {
		others, err := s.store.closures(ctx, from)
		if err != nil {
			return err
		}
		for _, o := range others {
			if o.Carrier == carrier && !o.FromDay.After(to) {
				return ErrOverlap.Sayf("与已登记的停办（%s 至 %s）重叠，请先删除那一条或改日期", "overlaps with the closure from %s to %s; remove that one or choose other days", o.FromDay, o.ToDay)
			}
		}
		if err := s.store.insertClosure(ctx, c); err != nil {
			return err
		}
		return s.recordDesk(ctx, "filing.close", c.ID, map[string]any{"carrier": carrier, "from": from, "to": to, "reason": reason})
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (s *Service) recordDesk(ctx context.Context, action, id string, detail map[string]any) error {
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "carrier_desk", ObjectID: id, Detail: detail})
}

// Reopen removes a closure: the desk is open. Errors: ErrClosureGone.
func (s *Service) Reopen(ctx context.Context, closureID string) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		ok, err := s.store.removeClosure(ctx, closureID, actor.From(ctx).UserID, s.clock.Instant())
		if err != nil {
			return err
		}
		if !ok {
			return ErrClosureGone
		}
		return s.recordDesk(ctx, "filing.reopen", closureID, nil)
	})
}

// closedOn gives the closure of a carrier's desk on a day, nil where it is open.
func (s *Service) closedOn(ctx context.Context, carrier string, day caldate.Date) (*Closure, error) {
	cs, err := s.store.closures(ctx, day)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(cs, func(c Closure) bool { return c.Carrier == carrier && !c.FromDay.After(day) }); i >= 0 {
		return &cs[i], nil
	}
	return nil, nil
}

// ChangeRules enters that a carrier wants the accepted filings of a kind filed again by a day: second filings are queued at once, and what
// was not accepted anew by that day lapses. Errors: ErrRuleChange with the fields, ErrCarrier.
func (s *Service) ChangeRules(ctx context.Context, carrier string, kind Kind, effective caldate.Date, note string) (*RuleChange, error) {
	if _, err := s.Carriers.Of(carrier); err != nil {
		return nil, err
	}
	var f errs.Fields
	note = form.Text(&f, "note", note, 500, true)
	if !slices.Contains(Kinds(), kind) {
		f.Add("kind", "unknown", "请选择资质、签名、模板、链接或号码", "choose qualification, signature, template, link or phone")
	}
	if !effective.After(s.clock.Today()) {
		f.Add("effective_on", "past", "生效日期应晚于今天", "the change takes effect after today")
	}
	if err := f.Err(ErrRuleChange); err != nil {
		return nil, err
	}
	c := &RuleChange{ID: ids.New(), Carrier: carrier, Kind: kind, EffectiveOn: effective, Note: note, MadeBy: actor.From(ctx).UserID, MadeAt: s.clock.Instant()}
	err := s.db.Run(ctx, func(ctx context.Context) error {
		gs, err := s.store.acceptedBefore(ctx, carrier, kind, caldate.InstantOf(c.MadeAt.Time().Add(1)))
		if err != nil {
			return err
		}
		c.Queued = 0
		for _, g := range gs {
			n, err := s.fileAgain(ctx, g, note)
			if err != nil {
				return err
			}
			c.Queued += n
		}
		if err := s.store.insertRuleChange(ctx, c); err != nil {
			return err
		}
		return s.recordDesk(ctx, "filing.rules", c.ID, map[string]any{"carrier": carrier, "kind": kind, "effective_on": effective, "queued": c.Queued, "note": note})
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// fileAgain queues a second filing beside an accepted one, unless one is on its way.
func (s *Service) fileAgain(ctx context.Context, accepted Filing, note string) (int64, error) {
	gs, err := s.store.filingsOf(ctx, accepted.RegistrationID)
	if err != nil {
		return 0, err
	}
	last := int64(0)
	for _, g := range gs {
		if g.Carrier == accepted.Carrier {
			if g.State.Open() {
				return 0, nil
			}
			last = max(last, g.Attempt)
		}
	}
	r, err := s.store.byID(ctx, accepted.RegistrationID)
	if err != nil {
		return 0, err
	}
	return 1, s.enqueue(ctx, r, []Filing{{Carrier: accepted.Carrier, Attempt: last + 1}}, note)
}

// applyRules lets lapse what a carrier wanted filed again and has not accepted anew.
func (s *Service) applyRules(ctx context.Context, day caldate.Date) error {
	due, err := s.store.dueRuleChanges(ctx, day)
	if err != nil {
		return err
	}
	var failed []error
	for _, c := range due {
		failed = append(failed, s.db.Run(ctx, func(ctx context.Context) error {
			if ok, err := s.store.ruleChangeApplied(ctx, c.ID, s.clock.Instant()); err != nil || !ok {
				return err
			}
			gs, err := s.store.acceptedBefore(ctx, c.Carrier, c.Kind, c.MadeAt)
			if err != nil {
				return err
			}
			for i := range gs {
				if err := s.lapseByRules(ctx, &gs[i], c.Note); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	return errors.Join(failed...)
}

func (s *Service) lapseByRules(ctx context.Context, g *Filing, note string) error {
	g.Cause, g.Reason = ByRules, note
	if err := s.step(ctx, g, FilingEnd); err != nil {
		return err
	}
	r, err := s.store.byID(ctx, g.RegistrationID)
	if err != nil {
		return err
	}
	if err := s.lapseBelow(ctx, r, g.Carrier, note); err != nil {
		return err
	}
	return s.tellAnswer(ctx, r, g)
}

// Filings gives a page of the filings in the actor's scope, oldest first, and how many fit.
func (s *Service) Filings(ctx context.Context, q FilingQuery) ([]Filing, int64, error) {
	return s.store.filings(ctx, q)
}

// FilingsOf gives the filings of records that the caller may see, the newest attempt of each carrier first.
func (s *Service) FilingsOf(ctx context.Context, registrationIDs ...string) (map[string][]Filing, error) {
	gs, err := s.store.filingsOf(ctx, registrationIDs...)
	if err != nil {
		return nil, err
	}
	out := map[string][]Filing{}
	for _, g := range gs {
		out[g.RegistrationID] = append(out[g.RegistrationID], g)
	}
	return out, nil
}

// Sheets gives a page of the sheets, newest first, and how many there are.
func (s *Service) Sheets(ctx context.Context, carrier, cursor string, limit int) ([]Sheet, int64, error) {
	return s.store.sheets(ctx, carrier, cursor, limit)
}

// Desk is a carrier's desk today: what it has, and when it is closed.
type Desk struct {
	Carrier  *Carrier
	Closed   *Closure // of today, nil where it is open
	Closures []Closure
	Queued   int64
	Waiting  int64 // sent, without an answer
	Overdue  int64 // of these, later than expected
}

// Desks gives every carrier's desk, in the order of the configuration.
func (s *Service) Desks(ctx context.Context) ([]Desk, error) {
	today := s.clock.Today()
	closures, err := s.store.closures(ctx, today)
	if err != nil {
		return nil, err
	}
	figures, err := s.store.deskFigures(ctx, today)
	if err != nil {
		return nil, err
	}
	out := make([]Desk, len(s.Carriers.List))
	for i := range out {
		d := &out[i]
		d.Carrier = &s.Carriers.List[i]
		for j := range closures {
			if c := &closures[j]; c.Carrier == d.Carrier.ID {
				d.Closures = append(d.Closures, *c)
				if !c.FromDay.After(today) {
					d.Closed = c
				}
			}
		}
		for _, g := range figures {
			switch {
			case g.Carrier != d.Carrier.ID:
			case g.State == Queued:
				d.Queued += g.N
			default:
				d.Waiting, d.Overdue = d.Waiting+g.N, d.Overdue+g.Overdue
			}
		}
	}
	return out, nil
}

// RuleChanges gives the changes of carriers' rules, newest first.
func (s *Service) RuleChanges(ctx context.Context) ([]RuleChange, error) {
	return s.store.ruleChanges(ctx)
}
