package licence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/pdf"
	"sealgate/server/trail"
)

// Watcher is told, in the same transaction, that what a customer is licensed for may have changed.
type Watcher interface {
	LicenceChanged(ctx context.Context, customerID string, on caldate.Date) error
}

// Service takes and decides licences.
type Service struct {
	db        *db.DB
	clock     clock.Clock
	trail     *trail.Trail
	customers *customer.Service
	documents *document.Service
	notices   *notice.Service
	watcher   Watcher
	store     store
}

// New makes the service; Watch tells it who is to know of changes.
func New(d *db.DB, c clock.Clock, t *trail.Trail, cs *customer.Service, ds *document.Service, ns *notice.Service) *Service {
	return &Service{d, c, t, cs, ds, ns, nil, store{d}}
}

// Watch sets who is told of changes.
func (s *Service) Watch(w Watcher) { s.watcher = w }

// changed tells the watcher that a customer's licences are others from a day on.
func (s *Service) changed(ctx context.Context, customerID string, on caldate.Date) error {
	if s.watcher == nil {
		return nil
	}
	return s.watcher.LicenceChanged(ctx, customerID, on)
}

// Submit enters a licence of a customer with its scan, to be verified by another person. Errors: ErrInvalid with the
// fields, customer.ErrNotFound, those of document.Link.
func (s *Service) Submit(ctx context.Context, customerID string, n Submission) (*Licence, error) {
	n, err := n.check(s.clock.Today())
	if err != nil {
		return nil, err
	}
	var l *Licence
	err = s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.customers.Get(ctx, customerID)
		if err != nil {
			return err
		}
		l = &Licence{
			ID: ids.New(), CustomerID: c.ID, Kind: n.Kind, Number: n.Number, Issuer: n.Issuer, ValidFrom: n.ValidFrom, ValidTo: n.ValidTo,
			DocumentID: n.DocumentID, State: Submitted, SubmittedBy: actor.From(ctx).UserID, SubmittedAt: s.clock.Instant(),
		}
		if _, err := s.documents.Link(ctx, n.DocumentID, "licence", l.ID, c.ID, ""); err != nil {
			return err
		}
		if err := s.store.insert(ctx, l); err != nil {
			return err
		}
		return s.record(ctx, l, "licence.submit", "", Submitted, "", caldate.Date{})
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

func (s *Service) record(ctx context.Context, l *Licence, action string, from, to State, reason string, on caldate.Date) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "licence", ObjectID: l.ID, CustomerID: l.CustomerID, From: string(from), To: string(to), Reason: reason, On: on,
		Detail: map[string]any{"kind": l.Kind, "number": l.Number, "valid_to": l.ValidTo},
	})
}

// Verify accepts a submitted licence; contracts that waited for it come into force or are resumed at once (L03). Errors:
// ErrNotFound, ErrOwn, ErrState, ErrEnded.
func (s *Service) Verify(ctx context.Context, id string) (*Licence, error) {
	return s.decide(ctx, id, Submitted, Verified, "")
}

// Refuse turns a submitted licence down. Errors: ErrReason, ErrNotFound, ErrOwn, ErrState.
func (s *Service) Refuse(ctx context.Context, id, reason string) (*Licence, error) {
	return s.decide(ctx, id, Submitted, Refused, reason)
}

// Revoke takes a verified licence back: withdrawn by its issuer, or found to be false. What depends on it is suspended
// at once. Errors: ErrReason, ErrNotFound, ErrState.
func (s *Service) Revoke(ctx context.Context, id, reason string) (*Licence, error) {
	return s.decide(ctx, id, Verified, Revoked, reason)
}

var actions = map[State]string{Verified: "licence.verify", Refused: "licence.refuse", Revoked: "licence.revoke", Expired: "licence.expire"}

func (s *Service) decide(ctx context.Context, id string, from, to State, reason string) (*Licence, error) {
	reason = strings.TrimSpace(reason)
	if to != Verified && reason == "" {
		return nil, ErrReason.At("reason", "missing", ErrReason.Zh, ErrReason.En)
	}
	if len([]rune(reason)) > 500 {
		return nil, ErrReason.At("reason", "too_long", "原因最多 500 个字符", "at most 500 characters")
	}
	var l *Licence
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if l, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		who := actor.From(ctx).UserID
		switch {
		case l.State != from || !CanMove(from, to):
			return ErrState.With("state", l.State)
		case from == Submitted && who == l.SubmittedBy:
			return ErrOwn
		case to == Verified && !l.ValidTo.IsZero() && l.ValidTo.Before(s.clock.Today()):
			return ErrEnded.Sayf("证照已于 %s 到期，不能核验通过；请退回并要求上传换发后的证照", "the licence ended on %s and can't be verified; refuse it and ask for the renewed one", l.ValidTo)
		}
		l.State, l.DecidedBy, l.DecidedAt, l.Reason = to, who, s.clock.Instant(), reason
		return s.settle(ctx, l, from, caldate.Date{}, s.clock.Today())
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// settle writes a decided licence, its audit row and notice, and tells the watcher to look at a day.
func (s *Service) settle(ctx context.Context, l *Licence, from State, on, day caldate.Date) error {
	ok, err := s.store.move(ctx, l, from)
	if err != nil {
		return err
	}
	if !ok {
		return ErrState
	}
	if err := s.record(ctx, l, actions[l.State], from, l.State, l.Reason, on); err != nil {
		return err
	}
	if err := s.tell(ctx, l); err != nil {
		return err
	}
	return s.changed(ctx, l.CustomerID, day)
}

// tell puts the outcome into the inboxes of the customer and of its sales owner.
func (s *Service) tell(ctx context.Context, l *Licence) error {
	c, err := s.customers.Get(ctx, l.CustomerID)
	if err != nil {
		return err
	}
	about := notice.About{ObjectType: "licence", ObjectID: l.ID, CustomerID: c.ID}
	zh, en := l.Kind.Label()
	vars := map[string]string{"customer": c.Name, "licence": zh, "number": l.Number}
	if l.Reason != "" {
		vars["reason"] = l.Reason
	}
	if l.State == Expired {
		vars["valid_to"] = l.ValidTo.String()
	}
	for _, to := range []notice.To{{CustomerID: c.ID, About: about}, {UserID: c.OwnerID, About: about}} {
		if err := s.notices.Send(ctx, to, "licence_"+string(l.State), vars, map[string]string{"licence": en}); err != nil {
			return fmt.Errorf("tell of licence %s: %w", l.ID, err)
		}
	}
	return nil
}

// tellEnding reminds the customer and its sales owner that a licence ends in n days.
func (s *Service) tellEnding(ctx context.Context, l *Licence, n int) error {
	c, err := s.customers.Get(ctx, l.CustomerID)
	if err != nil {
		return err
	}
	about := notice.About{ObjectType: "licence", ObjectID: l.ID, CustomerID: c.ID}
	zh, en := l.Kind.Label()
	vars := map[string]string{"customer": c.Name, "licence": zh, "valid_to": l.ValidTo.String(), "days": strconv.Itoa(n), "affected": "依赖该证照的合同的短信发送"}
	for _, to := range []notice.To{{CustomerID: c.ID, About: about}, {UserID: c.OwnerID, About: about}} {
		if err := s.notices.Send(ctx, to, "licence_expiring", vars, map[string]string{"licence": en, "affected": "sending under the contracts that need it"}); err != nil {
			return err
		}
	}
	return nil
}

// ExpireDue ends the licences whose last day was before day, each in a transaction of its own, and with them what depends
// on them (L03). It may run any number of times.
func (s *Service) ExpireDue(ctx context.Context, day caldate.Date) error {
	due, err := s.store.due(ctx, day)
	if err != nil {
		return fmt.Errorf("licences that ended before %s: %w", day, err)
	}
	var failed []error
	for _, id := range due {
		err := s.db.Run(ctx, func(ctx context.Context) error {
			l, err := s.store.byID(ctx, id)
			if err != nil {
				return err
			}
			if l.State != Verified { // somebody else was faster
				return nil
			}
			l.State = Expired
			return s.settle(ctx, l, Verified, l.ValidTo.AddDays(1), day)
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("expire licence %s: %w", id, err))
		}
	}
	return errors.Join(failed...)
}

// Get gives a licence within the actor's scope, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Licence, error) { return s.store.byID(ctx, id) }

// Valid gives the licences of a customer that count on a day. It is for rules, so it looks past the actor's scope: whether
// a contract may run does not depend on who asks.
func (s *Service) Valid(ctx context.Context, customerID string, day caldate.Date) ([]Licence, error) {
	return s.store.valid(ctx, customerID, day)
}

// List gives a page of the licences in the actor's scope, oldest first, and how many fit.
func (s *Service) List(ctx context.Context, q Query) ([]Licence, int64, error) {
	return s.store.list(ctx, q)
}

// MissingSince is the first day on which a customer had no valid licence of a kind, looking back from a day on which it
// has none: the day after the latest one ended, or that day itself where it was revoked or never there.
func (s *Service) MissingSince(ctx context.Context, customerID string, kind Kind, day caldate.Date) (caldate.Date, error) {
	last, err := s.store.lastDay(ctx, customerID, kind, day)
	if err != nil || last.IsZero() {
		return day, err
	}
	return last.AddDays(1), nil
}

// RunDay does what a day brings to licences: those that ended yesterday stop what depends on them, those that begin today
// let it go on, and reminders go out 60, 30 and 7 days before an end (L03). It may run any number of times.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) error {
	failed := []error{s.ExpireDue(ctx, day)}
	begin, err := s.store.beginning(ctx, day)
	if err != nil {
		return errors.Join(append(failed, fmt.Errorf("licences that begin on %s: %w", day, err))...)
	}
	for _, customerID := range begin {
		err := s.db.Run(ctx, func(ctx context.Context) error { return s.changed(ctx, customerID, day) })
		if err != nil {
			failed = append(failed, fmt.Errorf("licences of customer %s: %w", customerID, err))
		}
	}
	return errors.Join(append(failed, s.remind(ctx, day))...)
}

// remindBefore is how many days before its end a licence's holder is reminded.
var remindBefore = []int{60, 30, 7}

func (s *Service) remind(ctx context.Context, day caldate.Date) error {
	var failed []error
	for _, n := range remindBefore {
		ls, err := s.store.endingOn(ctx, day.AddDays(n))
		if err != nil {
			return err
		}
		for i := range ls {
			l := &ls[i]
			err := s.db.Run(ctx, func(ctx context.Context) error {
				first, err := s.store.reminded(ctx, l.ID, n, s.clock.Instant())
				if err != nil || !first {
					return err
				}
				return s.tellEnding(ctx, l, n)
			})
			if err != nil {
				failed = append(failed, fmt.Errorf("remind of licence %s: %w", l.ID, err))
			}
		}
	}
	return errors.Join(failed...)
}

// Adopt enters a licence that was verified outside this system: one that is taken over, or one that a trial supposes. In the
// place of a scan stands a note that says so. Its validity may lie before or after today. Errors: ErrInvalid with the fields, customer.ErrNotFound.
func (s *Service) Adopt(ctx context.Context, customerID string, kind Kind, from, to caldate.Date) (*Licence, error) {
	var f errs.Fields
	if !slices.Contains(Kinds(), kind) {
		f.Add("kind", "unknown", "没有这种证照："+string(kind), "no such kind of licence: "+string(kind))
	}
	if from.IsZero() {
		f.Add("valid_from", "missing", "请填写有效期开始日期", "give the first day of validity")
	}
	if !to.IsZero() && to.Before(from) {
		f.Add("valid_to", "order", "有效期结束日期早于开始日期", "the last day of validity is before the first")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	who, err := s.customers.Get(ctx, customerID)
	if err != nil {
		return nil, err
	}
	now := s.clock.Instant()
	note, err := takenOver(who.Name, kind, from, to, now.Date())
	if err != nil {
		return nil, err
	}
	doc, err := s.documents.Store(ctx, string(kind)+".pdf", "licence_adopted", bytes.NewReader(note))
	if err != nil {
		return nil, err
	}
	var l *Licence
	err = s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.customers.Get(ctx, customerID)
		if err != nil {
			return err
		}
		l = &Licence{ID: ids.New(), CustomerID: c.ID, Kind: kind, Number: "—", Issuer: "—", ValidFrom: from, ValidTo: to, DocumentID: doc.ID, State: Verified, SubmittedBy: actor.From(ctx).UserID,
			SubmittedAt: now, DecidedAt: now}
		if _, err := s.documents.Link(ctx, doc.ID, "licence", l.ID, c.ID, ""); err != nil {
			return err
		}
		if !to.IsZero() && to.Before(now.Date()) {
			l.State = Expired
		}
		if err := s.store.insert(ctx, l); err != nil {
			return err
		}
		if err := s.record(ctx, l, "licence.adopt", "", l.State, "已在系统外核验 · verified outside this system", caldate.Date{}); err != nil {
			return err
		}
		return s.changed(ctx, c.ID, now.Date())
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// takenOver is the note that stands in the place of a scan.
func takenOver(customer string, kind Kind, from, to, on caldate.Date) ([]byte, error) {
	zh, _ := kind.Label()
	until := "长期"
	if !to.IsZero() {
		until = to.Zh()
	}
	doc, err := pdf.Make(pdf.Options{Title: "证照接管说明", Now: on.At(12, 0), Margins: 22}, func(d *pdf.Document) {
		d.Title("证照接管说明")
		d.Paragraph(pdf.Plain("下列证照已在本系统之外核验，现按其有效期登记，未附扫描件。"), pdf.Style{Indent: 2})
		d.KeyValues([]pdf.Pair{pdf.KV("客户", customer), pdf.KV("证照", zh), pdf.KV("有效期", from.Zh()+" 至 "+until), pdf.KV("登记日期", on.Zh())})
	})
	if err != nil {
		return nil, fmt.Errorf("note of an adopted licence: %w", err)
	}
	return doc.Bytes(), nil
}
