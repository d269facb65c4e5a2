package takedown

import (
	"context"
	"errors"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/handoff"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/review"
	"sealgate/server/trail"
)

// Contracts is what a takedown asks of contracts (contract.Service).
type Contracts interface {
	List(ctx context.Context, q contract.Query) ([]contract.Contract, int64, error)
	Suspend(ctx context.Context, id string, r contract.Reason, on caldate.Date, evidence string) error
	Lift(ctx context.Context, id string, r contract.Reason, on caldate.Date, evidence string) error
}

// Stops is the emergency stop (handoff.Service).
type Stops interface {
	StopNow(ctx context.Context, scope handoff.StopScope, objectID, reason string) (*handoff.Stop, error)
	LiftStop(ctx context.Context, id, reason string) error
	Stops(ctx context.Context) ([]handoff.Stop, error)
	CountsOf(ctx context.Context, batchID string) (handoff.Counts, error)
}

// Reviews is what a takedown asks of the desk (review.Service).
type Reviews interface {
	Condemn(ctx context.Context, batchID, note string) error
}

// Deps are the parts that the service stands on.
type Deps struct {
	Contracts Contracts
	Customers *customer.Service
	Batches   *batch.Service
	Reviews   Reviews
	Stops     Stops
	Documents *document.Service
	Notices   *notice.Service
	Provider  paper.Party
}

// Service takes down.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	return &Service{deps, d, c, t, store{d}}
}

// Finding is what somebody found.
type Finding struct {
	BatchID     string
	GroupIDs    []string // none: all of the batch
	Class       Class
	Description string
	Authority   string // to which the report goes; may be filled in later
}

func (f *Finding) check() error {
	var e errs.Fields
	f.Description = form.Lines(&e, "description", f.Description, 2000, true)
	f.Authority = form.Text(&e, "authority", f.Authority, 100, false)
	if !slices.Contains(Classes(), f.Class) {
		e.Add("class", "unknown", "请选择违法内容的类别", "choose the class of the content")
	}
	if len(f.GroupIDs) > 50 {
		e.Add("group_ids", "too_many", "最多 50 组；更多请按整批处置", "at most 50 groups; take the whole batch down")
	}
	return e.Err(ErrInput)
}

// asHouse reads whatever belongs to the customer, whoever found the content.
func asHouse(ctx context.Context) context.Context {
	a := actor.From(ctx)
	a.Scope = actor.Scope{All: true}
	return actor.With(ctx, a)
}

// Preview tells what a takedown would stop, for the person who confirms it. Errors: batch.ErrNotFound, ErrOwn, ErrInput.
func (s *Service) Preview(ctx context.Context, batchID string, groupIDs []string) (*Totals, error) {
	b, err := s.Batches.Get(ctx, batchID)
	if err != nil {
		return nil, err
	}
	c, err := s.survey(asHouse(ctx), b, groupIDs)
	if err != nil {
		return nil, err
	}
	return &c.Facts.Totals, nil
}

// survey collects what there is of the customer.
func (s *Service) survey(ctx context.Context, b *batch.Batch, groupIDs []string) (*Case, error) {
	cust, err := s.Customers.Get(ctx, b.CustomerID)
	if err != nil {
		return nil, err
	}
	f := Facts{
		USCC: cust.USCC, Address: cust.Address, LegalRep: cust.LegalRep, Contacts: []string{}, Contracts: []Contract{}, Signature: b.Signature, Submitter: b.SubmitterName,
		FileHash: b.FileSHA256, RuleSet: b.RuleSetVersion, Submitted: b.CreatedAt.String(), Batches: []string{},
	}
	for _, x := range cust.Contacts {
		f.Contacts = append(f.Contacts, strings.TrimSpace(x.Name+" "+x.Phone))
	}
	live, err := s.liveContracts(ctx, b.CustomerID)
	if err != nil {
		return nil, err
	}
	senders := map[string]bool{"signature:" + b.Signature: true}
	for _, c := range live {
		f.Contracts = append(f.Contracts, Contract{ID: c.ID, Number: c.Number, ServiceCode: c.ServiceCode, Suspended: !slices.Contains(c.OpenReasons, contract.Content)})
		if c.ServiceCode != "" {
			senders["code:"+c.ServiceCode] = true
		}
	}
	under, err := s.store.underWay(ctx, b.CustomerID)
	if err != nil {
		return nil, err
	}
	for _, u := range under {
		f.Batches = append(f.Batches, u.Number)
		f.Totals.Messages += u.Waiting
	}
	found, err := s.found(ctx, b, groupIDs)
	if err != nil {
		return nil, err
	}
	counts, err := s.Stops.CountsOf(ctx, b.ID)
	if err != nil && !errors.Is(err, handoff.ErrNotFound) {
		return nil, err
	}
	f.Totals.Contracts, f.Totals.Batches, f.Totals.Found, f.Totals.Senders = int64(len(live)), int64(len(under)), found, int64(len(senders))
	f.Totals.Sent = counts[handoff.Handed] + counts[handoff.Delivered] + counts[handoff.Failed] + counts[handoff.Expired] + counts[handoff.Unknown] + counts[handoff.Handing]
	return &Case{CustomerID: b.CustomerID, CustomerName: b.CustomerName, BatchID: b.ID, BatchNumber: b.Number, GroupIDs: groupIDs, Facts: f}, nil
}

// found counts the messages with the content.
func (s *Service) found(ctx context.Context, b *batch.Batch, groupIDs []string) (n int64, err error) {
	if len(groupIDs) == 0 {
		return b.Good, nil
	}
	for _, id := range groupIDs {
		t, err := s.Batches.GroupTotal(ctx, b.ID, id)
		if err != nil {
			return 0, err
		}
		n += t
	}
	return n, nil
}

func (s *Service) liveContracts(ctx context.Context, customerID string) (live []contract.Contract, err error) {
	all, _, err := s.Contracts.List(ctx, contract.Query{CustomerID: customerID, Limit: 200})
	for _, c := range all {
		if c.State.Live() {
			live = append(live, c)
		}
	}
	return live, err
}

// Begin stops everything of the customer whose batch holds illegal content, in one transaction: hand-off (also of what is under
// way), contracts, the batch itself; customer and senders go on the blacklist. Errors: ErrInput with fields, batch.ErrNotFound,
// batch.ErrNoGroup, ErrOwn, ErrOpen.
func (s *Service) Begin(ctx context.Context, f Finding) (*Case, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	b, err := s.Batches.Get(ctx, f.BatchID)
	if err != nil {
		return nil, err
	}
	me := actor.From(ctx)
	if me.IsSystem() || review.Own(me.UserID, b.SubmitterID, b.EditorID) {
		return nil, ErrOwn
	}
	ctx = asHouse(ctx)
	c, err := s.survey(ctx, b, f.GroupIDs)
	if err != nil {
		return nil, err
	}
	c.ID, c.ContentClass, c.Description, c.Authority, c.State = ids.New(), f.Class, f.Description, f.Authority, Stopped
	c.GroupIDs, c.OpenKey, c.FoundBy, c.FoundName, c.FoundAt = nonNil(f.GroupIDs), &b.CustomerID, me.UserID, me.Name, s.clock.Instant()
	err = s.db.Run(ctx, func(ctx context.Context) error {
		number, err := numbering.Year(s.clock.Today()).Next(ctx, s.db)
		if err != nil {
			return err
		}
		c.Number = number
		if err := s.stop(ctx, c); err != nil {
			return err
		}
		if err := s.store.insert(ctx, c); err != nil {
			if db.IsDuplicate(err) {
				return ErrOpen
			}
			return err
		}
		if err := s.end(ctx, b, c.Number); err != nil {
			return err
		}
		if err := s.blacklist(ctx, c); err != nil {
			return err
		}
		if err := s.record(ctx, c, "takedown.begin", "", c.Description); err != nil {
			return err
		}
		return s.tell(ctx, c, "takedown_begun", map[string]string{"batch": c.BatchNumber, "what": c.ContentClass.Zh()}, map[string]string{"what": string(c.ContentClass)})
	})
	failpoint.Hit("takedown.begun")
	if err != nil {
		return nil, err
	}
	return c, nil
}

func nonNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// stop sets the emergency stop and suspends the contracts. A stop that somebody has set before serves as well.
func (s *Service) stop(ctx context.Context, c *Case) error {
	reason := "违法内容处置 " + c.Number
	set, err := s.Stops.Stops(ctx)
	if err != nil {
		return err
	}
	for _, p := range set {
		if p.Scope == string(handoff.StopCustomer) && p.ObjectID == c.CustomerID {
			c.StopID = p.ID
		}
	}
	if c.StopID == "" {
		p, err := s.Stops.StopNow(ctx, handoff.StopCustomer, c.CustomerID, reason)
		if err != nil {
			return err
		}
		c.StopID = p.ID
	}
	for _, x := range c.Facts.Contracts {
		if err := s.Contracts.Suspend(ctx, x.ID, contract.Content, s.clock.Today(), reason); err != nil {
			return err
		}
	}
	return nil
}

// end takes the batch with the content off its way for good, where it has one still: on the desk it is refused, later it is
// cancelled, so that nothing of it goes on when the takedown is lifted.
func (s *Service) end(ctx context.Context, b *batch.Batch, number string) error {
	switch b.State {
	case batch.InReview:
		return s.Reviews.Condemn(ctx, b.ID, number)
	case batch.Approved, batch.Sending, batch.Paused:
		return s.Batches.Cancel(ctx, b.ID, "违法内容处置 "+number)
	}
	return nil
}

func (s *Service) blacklist(ctx context.Context, c *Case) error {
	entries := [][2]string{{"customer", c.CustomerID}, {"uscc", c.Facts.USCC}, {"signature", c.Facts.Signature}}
	for _, x := range c.Facts.Contracts {
		entries = append(entries, [2]string{"service_code", x.ServiceCode})
	}
	for _, e := range entries {
		if e[1] == "" {
			continue
		}
		key := liveKey(e[0], e[1])
		l := &Listed{ID: ids.New(), Kind: e[0], Listed: e[1], LiveKey: &key, TakedownID: c.ID, CustomerName: c.CustomerName, Reason: c.Number, AddedBy: c.FoundBy, AddedAt: c.FoundAt}
		if err := s.store.list(ctx, l); err != nil && !db.IsDuplicate(err) { // listed by another case: that holds
			return err
		}
	}
	return nil
}

// Report registers that the report went to the authority, and keeps the hash of the paper. Errors: ErrNotFound, ErrReported,
// ErrInput with fields.
func (s *Service) Report(ctx context.Context, id, authority, ref string) (*Case, error) {
	var f errs.Fields
	authority = form.Text(&f, "authority", authority, 100, true)
	ref = form.Text(&f, "report_ref", ref, 100, true)
	if err := f.Err(ErrInput); err != nil {
		return nil, err
	}
	c, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if !c.ReportedAt.IsZero() {
		return nil, ErrReported
	}
	me := actor.From(ctx)
	c.Authority, c.ReportRef, c.ReportedBy, c.ReportedName, c.ReportedAt = authority, ref, me.UserID, me.Name, s.clock.Instant()
	content, err := s.paper(ctx, c)
	if err != nil {
		return nil, err
	}
	c.ReportSHA256 = hashOf(content)
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if ok, err := s.store.report(ctx, c); err != nil || !ok {
			return orElse(err, ErrReported)
		}
		return s.record(ctx, c, "takedown.report", c.State, ref)
	})
	return c, err
}

func orElse(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// AskLift asks to lift a takedown; everything stays stopped until a second person decides. Errors: ErrNotFound, ErrState, ErrInput.
func (s *Service) AskLift(ctx context.Context, id, reason, documentID string) (*Case, error) {
	var f errs.Fields
	reason = form.Lines(&f, "reason", reason, 1000, true)
	if err := f.Err(ErrInput); err != nil {
		return nil, err
	}
	return s.change(ctx, id, Asked, "takedown.ask_lift", reason, func(ctx context.Context, c *Case) error {
		me := actor.From(ctx)
		c.LiftAskedBy, c.LiftAskedName, c.LiftAskedAt, c.LiftReason = me.UserID, me.Name, s.clock.Instant(), reason
		if documentID != "" {
			d, err := s.Documents.Link(ctx, documentID, "takedown", c.ID, c.CustomerID, "")
			if err != nil {
				return err
			}
			c.LiftDocumentID = d.ID
		}
		return s.tell(ctx, c, "takedown_lift_asked", map[string]string{"who": me.Name}, nil)
	})
}

// DecideLift lifts a takedown or leaves it as it is; whoever asked can't. What was stopped goes on, but for the batch with the
// content. Errors: ErrNotFound, ErrState, ErrOwnLift, ErrInput.
func (s *Service) DecideLift(ctx context.Context, id string, approve bool, reason string) (*Case, error) {
	var f errs.Fields
	reason = form.Lines(&f, "reason", reason, 1000, true)
	if err := f.Err(ErrInput); err != nil {
		return nil, err
	}
	to := Stopped
	if approve {
		to = Lifted
	}
	return s.change(ctx, id, to, "takedown.decide_lift", reason, func(ctx context.Context, c *Case) error {
		me := actor.From(ctx)
		if c.LiftAskedBy == me.UserID {
			return ErrOwnLift
		}
		c.LiftDecision = reason
		if !approve {
			return nil
		}
		c.LiftedBy, c.LiftedName, c.LiftedAt, c.OpenKey = me.UserID, me.Name, s.clock.Instant(), nil
		return s.lift(ctx, c)
	})
}

// lift takes back what Begin did. What somebody has lifted by hand meanwhile is no hindrance.
func (s *Service) lift(ctx context.Context, c *Case) error {
	reason := "解除处置 " + c.Number
	if err := s.Stops.LiftStop(ctx, c.StopID, reason); err != nil && !errors.Is(err, handoff.ErrNoStop) {
		return err
	}
	for _, x := range c.Facts.Contracts {
		if !x.Suspended {
			continue // another reason had stopped it before
		}
		if err := s.Contracts.Lift(ctx, x.ID, contract.Content, s.clock.Today(), reason); err != nil {
			return err
		}
	}
	return s.store.unlist(ctx, c.ID, c.LiftedBy, c.LiftedAt)
}

func (s *Service) change(ctx context.Context, id string, to State, action, reason string, act func(ctx context.Context, c *Case) error) (*Case, error) {
	ctx = asHouse(ctx)
	var c *Case
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if c, err = s.Get(ctx, id); err != nil {
			return err
		}
		from := c.State
		if !MayGo(from, to) {
			return ErrState.With("state", string(from))
		}
		if err := act(ctx, c); err != nil {
			return err
		}
		c.State = to
		if ok, err := s.store.save(ctx, c, from); err != nil || !ok {
			return orElse(err, ErrState)
		}
		return s.record(ctx, c, action, from, reason)
	})
	failpoint.Hit("takedown.changed")
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (s *Service) tell(ctx context.Context, c *Case, kind string, more, en map[string]string) error {
	vars := map[string]string{"customer": c.CustomerName, "number": c.Number}
	for k, v := range more {
		vars[k] = v
	}
	return s.Notices.Send(ctx, notice.To{Role: "compliance_lead", About: notice.About{ObjectType: "takedown", ObjectID: c.ID, CustomerID: c.CustomerID}}, kind, vars, en)
}

func (s *Service) record(ctx context.Context, c *Case, action string, from State, reason string) error {
	if r := []rune(strings.ReplaceAll(reason, "\n", " ")); len(r) > 500 {
		reason = string(r[:500])
	}
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "takedown", ObjectID: c.ID, CustomerID: c.CustomerID, From: string(from), To: string(c.State), Reason: reason,
		Detail: map[string]any{"number": c.Number, "batch": c.BatchID, "class": c.ContentClass, "totals": c.Facts.Totals, "report_sha256": c.ReportSHA256},
	})
}

// Get gives a case in the caller's scope.
func (s *Service) Get(ctx context.Context, id string) (*Case, error) { return s.store.get(ctx, id) }

// OpenOf gives the case of a customer within the caller's scope that is not lifted; nil where there is none.
func (s *Service) OpenOf(ctx context.Context, customerID string) (*Case, error) {
	return s.store.open(ctx, customerID)
}

// List gives a page of cases within the caller's scope, the newest first, and how many there are.
func (s *Service) List(ctx context.Context, states []string, cursor string, limit int) ([]Case, int64, error) {
	return s.store.cases(ctx, states, cursor, limit)
}

// Blacklist gives what counts of the blacklist.
func (s *Service) Blacklist(ctx context.Context) ([]Listed, error) { return s.store.listed(ctx) }

// Barred tells whether a customer's sending is stopped for illegal content (review.Barred).
func (s *Service) Barred(ctx context.Context, customerID string) (bool, error) {
	return s.store.counts(ctx, liveKey("customer", customerID))
}

// SenderBarred tells whether a signature or a sender number is on the blacklist, of whatever customer (batch.Senders).
func (s *Service) SenderBarred(ctx context.Context, customerID, signature, serviceCode string) (bool, error) {
	return s.store.counts(ctx, liveKey("customer", customerID), liveKey("signature", signature), liveKey("service_code", serviceCode))
}
