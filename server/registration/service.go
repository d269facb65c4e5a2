package registration

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/licence"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/workday"
)

// Watcher is told, in the same transaction, that a customer's approved signatures have changed.
type Watcher interface {
	SignatureChanged(ctx context.Context, customerID string) error
}

// Deps are the parts that the service stands on.
type Deps struct {
	Customers *customer.Service
	Licences  *licence.Service
	Documents *document.Service
	Notices   *notice.Service
	Workdays  *workday.Service
	Keys      *crypt.Keys
	Carriers  *Carriers
}

// Service takes, reviews and files the records of the chain.
type Service struct {
	Deps
	db      *db.DB
	clock   clock.Clock
	trail   *trail.Trail
	watcher Watcher
	store   store
}

// New makes the service; Watch tells it who is to know of changes.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{Deps: deps, db: d, clock: c, trail: t, store: store{d}}
}

// Watch sets who is told of changes.
func (s *Service) Watch(w Watcher) { s.watcher = w }

// Submit enters a record of a customer, to be reviewed by another person. Errors: ErrInvalid with the fields, ErrTaken, ErrOneOne,
// ErrParent, customer.ErrNotFound, those of document.Link.
func (s *Service) Submit(ctx context.Context, customerID string, n Submission) (*Record, error) {
	c, err := s.Customers.Get(ctx, customerID)
	if err != nil {
		return nil, err
	}
	n, err = n.check(s.clock.Today(), c.Name)
	if err != nil {
		return nil, err
	}
	id := ids.New()
	handler, err := s.seal(ctx, id, c.ID, n)
	if err != nil {
		return nil, err
	}
	var r *Record
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.parentFits(ctx, c.ID, n); err != nil {
			return err
		}
		if err := s.contactsRegistered(ctx, n); err != nil {
			return err
		}
		r = &Record{
			ID: id, CustomerID: c.ID, Kind: n.Kind, ParentID: n.ParentID, Text: n.Text, Detail: n.Detail, DocumentID: n.DocumentID, State: Submitted,
			LiveKey: n.liveKey(c.ID), OneKey: n.oneKey(), ValidTo: n.Handler.AuthorisedTo, SubmittedBy: actor.From(ctx).UserID, SubmittedAt: s.clock.Instant(),
		}
		if err := s.store.insert(ctx, r); err != nil {
			return err
		}
		if err := s.keepPapers(ctx, r, handler); err != nil {
			return err
		}
		return s.record(ctx, r, "registration.submit", "")
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// parentFits checks that what a submission hangs on is the customer's, of the right kind, and stands.
func (s *Service) parentFits(ctx context.Context, customerID string, n Submission) error {
	if n.ParentID == "" {
		return nil
	}
	p, err := s.store.byID(ctx, n.ParentID)
	if err != nil || p.CustomerID != customerID || p.Kind != n.Kind.Parent() {
		zh, en := n.Kind.Parent().Label()
		return ErrInvalid.At("parent_id", "unknown", "没有这个"+zh+"，请重新选择", "no such "+en+" of this customer; choose again")
	}
	if p.State == Refused || p.State == Lapsed {
		return ErrParent.At("parent_id", "not_live", ErrParent.Zh, ErrParent.En)
	}
	return nil
}

// seal seals the handler's data of a qualification; nil for another kind. The key is made before the transaction that stores it.
func (s *Service) seal(ctx context.Context, id, customerID string, n Submission) (*handlerRow, error) {
	if n.Kind != Qualification {
		return nil, nil
	}
	key, err := s.Keys.Lasting(ctx, customerID)
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(n.Handler)
	if err != nil {
		return nil, err
	}
	return &handlerRow{
		RegistrationID: id, KeyID: key.ID, Sealed: base64.StdEncoding.EncodeToString(key.Seal(plain, handlerContext(id))), Masks: n.Handler.mask(),
		AuthorisedFrom: n.Handler.AuthorisedFrom, AuthorisedTo: n.Handler.AuthorisedTo,
	}, nil
}

// keepPapers links the proof to a record and keeps the handler's sealed data.
func (s *Service) keepPapers(ctx context.Context, r *Record, handler *handlerRow) error {
	if r.DocumentID != "" {
		if _, err := s.Documents.Link(ctx, r.DocumentID, "registration", r.ID, r.CustomerID, ""); err != nil {
			return err
		}
	}
	if handler == nil {
		return nil
	}
	return s.store.putHandler(ctx, handler)
}

func handlerContext(id string) string { return "sealgate handler\x00" + id }

// openHandler opens the sealed handler of a qualification; nil for one that was taken over without.
func (s *Service) openHandler(ctx context.Context, id string) (*Handler, error) {
	row, err := s.store.handler(ctx, id)
	if err != nil || row == nil {
		return nil, err
	}
	key, err := s.Keys.ByID(ctx, row.KeyID)
	if err != nil {
		return nil, err
	}
	sealed, err := base64.StdEncoding.DecodeString(row.Sealed)
	if err != nil {
		return nil, err
	}
	plain, err := key.Open(sealed, handlerContext(id))
	if err != nil {
		return nil, err
	}
	var h Handler
	return &h, json.Unmarshal(plain, &h)
}

// Handler shows who acts for the customer in a qualification, in full; the look is on record. Errors: ErrNotFound.
func (s *Service) Handler(ctx context.Context, id string) (*Handler, error) {
	var h *Handler
	err := s.db.Run(ctx, func(ctx context.Context) error {
		r, err := s.store.byID(ctx, id)
		if err != nil {
			return err
		}
		if h, err = s.openHandler(ctx, id); err != nil {
			return err
		}
		if h == nil {
			return ErrNotFound.Say("这份资质没有登记经办人", "the qualification has no handler on record")
		}
		return s.record(ctx, r, "registration.look", r.State)
	})
	return h, err
}

// MaskedHandler gives what screens show of a qualification's handler; nil where there is none.
func (s *Service) MaskedHandler(ctx context.Context, id string) (*Masks, caldate.Date, caldate.Date, error) {
	row, err := s.store.handler(ctx, id)
	if err != nil || row == nil {
		return nil, caldate.Date{}, caldate.Date{}, err
	}
	return &row.Masks, row.AuthorisedFrom, row.AuthorisedTo, nil
}

func (s *Service) record(ctx context.Context, r *Record, action string, from State) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "registration", ObjectID: r.ID, CustomerID: r.CustomerID, From: string(from), To: string(r.State), Reason: r.Reason,
		Detail: map[string]any{"kind": r.Kind, "text": shorten(r.Text)},
	})
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

// act reads a record, lets do change it, writes what became of its state, and says so.
func (s *Service) act(ctx context.Context, id, action string, do func(ctx context.Context, r *Record) error) (*Record, error) {
	var r *Record
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if r, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		from := r.State
		if err := do(ctx, r); err != nil {
			return err
		}
		if !CanMove(from, r.State) {
			return ErrState.With("state", from)
		}
		return s.settle(ctx, r, action, from)
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// settle writes a moved record with its audit row and has those told who hang on it.
func (s *Service) settle(ctx context.Context, r *Record, action string, from State) error {
	ok, err := s.store.move(ctx, r, from)
	if err != nil {
		return err
	}
	if !ok {
		return ErrState
	}
	if err := s.record(ctx, r, action, from); err != nil {
		return err
	}
	if r.Kind != Signature || s.watcher == nil || r.State != Approved && from != Approved {
		return nil
	}
	return s.watcher.SignatureChanged(ctx, r.CustomerID)
}

// Take gives a submitted record to the reviewer who asks. Errors: ErrNotFound, ErrOwn, ErrState.
func (s *Service) Take(ctx context.Context, id string) (*Record, error) {
	return s.act(ctx, id, "registration.take", s.take)
}

func (s *Service) take(ctx context.Context, r *Record) error {
	who := actor.From(ctx).UserID
	switch {
	case r.State != Submitted:
		return ErrState.With("state", r.State)
	case who == r.SubmittedBy:
		return ErrOwn
	}
	r.State, r.TakenBy, r.TakenAt = InReview, who, s.clock.Instant()
	return nil
}

// GiveBack lets another reviewer take a record. Errors: ErrNotFound, ErrHeld, ErrState.
func (s *Service) GiveBack(ctx context.Context, id string) (*Record, error) {
	return s.act(ctx, id, "registration.give_back", func(ctx context.Context, r *Record) error {
		if r.State == InReview && r.TakenBy != actor.From(ctx).UserID {
			return ErrHeld
		}
		r.State, r.TakenBy, r.TakenAt = Submitted, "", caldate.Instant{}
		return nil
	})
}

// Approve lets a record stand, and queues its filing with every carrier. One that nobody has taken is taken by it. Errors:
// ErrNotFound, ErrOwn, ErrHeld, ErrState, ErrParent, ErrLetter, ErrContact.
func (s *Service) Approve(ctx context.Context, id string) (*Record, error) {
	return s.decide(ctx, id, Approved, "")
}

// Refuse turns a record down. Errors: ErrReason, ErrNotFound, ErrOwn, ErrHeld, ErrState.
func (s *Service) Refuse(ctx context.Context, id, reason string) (*Record, error) {
	reason, err := checkReason(reason)
	if err != nil {
		return nil, err
	}
	return s.decide(ctx, id, Refused, reason)
}

func checkReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	switch n := len([]rune(reason)); {
	case n == 0:
		return "", ErrReason.At("reason", "missing", ErrReason.Zh, ErrReason.En)
	case n > 500:
		return "", ErrReason.At("reason", "too_long", "原因最多 500 个字符", "at most 500 characters")
	}
	return reason, nil
}

func (s *Service) decide(ctx context.Context, id string, to State, reason string) (*Record, error) {
	var r *Record
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if r, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		if r.State == Submitted {
			if r, err = s.Take(ctx, id); err != nil {
				return err
			}
		}
		if to == Approved {
			if err := s.mayStand(ctx, r); err != nil {
				return err
			}
		}
		r, err = s.act(ctx, id, "registration."+string(to), func(ctx context.Context, r *Record) error {
			if r.State == InReview && r.TakenBy != actor.From(ctx).UserID {
				return ErrHeld
			}
			r.State, r.Reason, r.DecidedBy, r.DecidedAt = to, reason, actor.From(ctx).UserID, s.clock.Instant()
			if to == Refused {
				r.LiveKey, r.OneKey = nil, nil
			} else {
				r.UsedOn = s.clock.Today()
			}
			return nil
		})
		if err != nil {
			return err
		}
		if to == Approved {
			if _, err := s.queueTree(ctx, r, nil, ""); err != nil {
				return err
			}
		}
		return s.tell(ctx, r, "registration_"+string(to))
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// mayStand checks what may have changed while a record waited: what it hangs on, and the validity of a letter.
func (s *Service) mayStand(ctx context.Context, r *Record) error {
	if r.Kind == Qualification && !r.ValidTo.IsZero() && !letterFits(r.ValidTo, s.clock.Today()) {
		return ErrLetter
	}
	if r.ParentID == "" {
		return nil
	}
	p, err := s.store.byID(ctx, r.ParentID)
	if err != nil {
		return err
	}
	if p.State != Approved {
		zh, en := p.Kind.Label()
		return ErrParent.Say("它所依附的"+zh+"“"+p.Text+"”尚未通过审核或已失效，请先处理", "the "+en+" “"+p.Text+"” on which it hangs is not approved; see to that first")
	}
	return s.contactsApproved(ctx, r)
}

// Renewal is a new letter of authorisation, with the handler of now.
type Renewal struct {
	DocumentID string
	Handler    Handler
}

// Renew submits a lapsed qualification anew with a new letter of authorisation; what hangs on it is filed again once it is approved.
// Errors: ErrInvalid with the fields, ErrNotFound, ErrState, those of document.Link.
func (s *Service) Renew(ctx context.Context, id string, n Renewal) (*Record, error) {
	r, err := s.store.byID(ctx, id)
	if err != nil {
		return nil, err
	}
	if r.Kind != Qualification || r.State != Lapsed {
		return nil, ErrState.With("state", r.State)
	}
	checked, err := Submission{Kind: Qualification, Text: r.Text, Detail: r.Detail, DocumentID: n.DocumentID, Handler: n.Handler}.check(s.clock.Today(), "")
	if err != nil {
		return nil, err
	}
	handler, err := s.seal(ctx, id, r.CustomerID, checked)
	if err != nil {
		return nil, err
	}
	return s.act(ctx, id, "registration.renew", func(ctx context.Context, r *Record) error {
		r.State, r.DocumentID, r.ValidTo, r.Reason = Submitted, n.DocumentID, checked.Handler.AuthorisedTo, ""
		r.SubmittedBy, r.SubmittedAt, r.TakenBy, r.TakenAt = actor.From(ctx).UserID, s.clock.Instant(), "", caldate.Instant{}
		return s.keepPapers(ctx, r, handler)
	})
}

// Withdraw takes an approved record back: wrong, misused, or given up. Its filings lapse, and those of what hangs on it. Errors:
// ErrReason, ErrNotFound, ErrState.
func (s *Service) Withdraw(ctx context.Context, id, reason string) (*Record, error) {
	reason, err := checkReason(reason)
	if err != nil {
		return nil, err
	}
	return s.lapse(ctx, id, reason, ByWithdrawal)
}

// lapse ends an approved record with its filings and those of what hangs on it.
func (s *Service) lapse(ctx context.Context, id, reason string, cause Cause) (r *Record, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		r, err = s.act(ctx, id, "registration.lapse", func(ctx context.Context, r *Record) error {
			r.State, r.Reason, r.DecidedBy, r.DecidedAt = Lapsed, reason, actor.From(ctx).UserID, s.clock.Instant()
			if r.Kind != Qualification { // a qualification comes back as itself; the words of others may be registered anew
				r.LiveKey, r.OneKey = nil, nil
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := s.lapseTree(ctx, r, "", cause, reason); err != nil {
			return err
		}
		return s.tell(ctx, r, "registration_lapsed")
	})
	return r, err
}

// tell puts what became of a record into the inboxes of the customer and of its sales owner.
func (s *Service) tell(ctx context.Context, r *Record, kind string) error {
	vars, en := s.words(r)
	if kind != "registration_approved" {
		vars["reason"] = r.Reason
	}
	return s.tellBoth(ctx, r, kind, vars, en)
}

func (s *Service) words(r *Record) (vars, en map[string]string) {
	zhKind, enKind := r.Kind.Label()
	return map[string]string{"kind": zhKind, "text": shorten(r.Text)}, map[string]string{"kind": enKind}
}

func (s *Service) tellBoth(ctx context.Context, r *Record, kind string, vars, en map[string]string) error {
	c, err := s.Customers.Get(ctx, r.CustomerID)
	if err != nil {
		return err
	}
	vars["customer"] = c.Name
	about := notice.About{ObjectType: "registration", ObjectID: r.ID, CustomerID: c.ID}
	for _, to := range []notice.To{{CustomerID: c.ID, About: about}, {UserID: c.OwnerID, About: about}} {
		if err := s.Notices.Send(ctx, to, kind, vars, en); err != nil {
			return fmt.Errorf("tell of registration %s: %w", r.ID, err)
		}
	}
	return nil
}

// Get gives a record within the actor's scope, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Record, error) { return s.store.byID(ctx, id) }

// List gives a page of the records in the actor's scope, oldest first, and how many fit.
func (s *Service) List(ctx context.Context, q Query) ([]Record, int64, error) {
	return s.store.list(ctx, q)
}

// Approved gives the signatures that a customer's messages may carry. It is for rules: the caller has checked who asks.
func (s *Service) Approved(ctx context.Context, customerID string) ([]Record, error) {
	return s.store.ofCustomer(ctx, customerID, Signature, Approved)
}
