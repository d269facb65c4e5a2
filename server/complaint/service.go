package complaint

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/evidence"
	"sealgate/server/form"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/recipient"
	"sealgate/server/trail"
	"sealgate/server/workday"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Customers  *customer.Service
	Contracts  *contract.Service
	Recipients *recipient.Service
	Evidence   *evidence.Service
	Documents  *document.Service
	Notices    *notice.Service
	Workdays   *workday.Service
	Keys       *crypt.Keys
	Provider   paper.Party // the published page names it beside the customer
}

// Service keeps complaints.
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

// Input is a complaint as it comes in.
type Input struct {
	Source     Source
	Kind       Kind
	Phone      string
	Carrier    string
	CarrierRef string
	ReceivedOn caldate.Date // zero: today
	MessageOn  caldate.Date
	Text       string
	CustomerID string // where the recipient names the sender
	Signature  string
	DocumentID string
	Everybody  bool // the recipient wants messages from none of our customers
}

const (
	maxWords  = 1000
	signature = 40
)

// check cleans the input and gives the number.
func (in *Input) check(today caldate.Date) (number uint64, err error) {
	var f errs.Fields
	if !slices.Contains(Sources(), in.Source) {
		f.Add("source", "unknown", "请选择来源：电话、门户、运营商或主管部门", "choose where it comes from: phone, portal, carrier or authority")
	}
	if !slices.Contains(Kinds(), in.Kind) {
		f.Add("kind", "unknown", "请选择投诉类别", "choose what is complained of")
	}
	number, fault := recipient.ParseNumber([]byte(strings.TrimSpace(in.Phone)))
	if fault != recipient.OK {
		zh, en := recipient.FaultText(fault)
		f.Add("phone", string(fault), zh, en)
	}
	if in.ReceivedOn.IsZero() {
		in.ReceivedOn = today
	}
	if in.ReceivedOn.After(today) {
		f.Add("received_on", "future", "收到投诉的日期晚于今天", "the complaint can't have been received after today")
	}
	if !in.MessageOn.IsZero() && in.MessageOn.After(in.ReceivedOn) {
		f.Add("message_on", "order", "短信日期晚于投诉日期", "the message came after the complaint")
	}
	in.Text = form.Lines(&f, "text", in.Text, maxWords, true)
	in.Signature = strings.Trim(form.Text(&f, "signature", in.Signature, signature, false), "【】")
	in.CarrierRef = form.Text(&f, "carrier_ref", in.CarrierRef, 60, false)
	if in.Carrier != "" && !slices.Contains(recipient.Carriers(), in.Carrier) {
		f.Add("carrier", "unknown", "请选择运营商：cmcc、cucc、ctcc、cbn", "choose the carrier: cmcc, cucc, ctcc, cbn")
	}
	return number, f.Err(ErrInvalid)
}

// Register takes a complaint: the recipient is put on the list at once (A14), the sender is looked for among the messages to
// the number, and the clocks begin. A customer's person can only register one about itself. Errors: ErrInvalid, ErrKnown,
// customer.ErrNotFound, those of document.Link.
func (s *Service) Register(ctx context.Context, in Input) (*Complaint, error) {
	who, today := actor.From(ctx), s.clock.Today()
	if who.CustomerID != "" {
		in.CustomerID, in.Source, in.Everybody = who.CustomerID, "portal", false
	}
	number, err := in.check(today)
	if err != nil {
		return nil, err
	}
	phone := recipient.Format(number)
	found, err := s.sender(ctx, in, phone)
	if err != nil {
		return nil, err
	}
	days, err := s.Workdays.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	c := &Complaint{ID: ids.New(), State: Open, Source: in.Source, Kind: in.Kind, Carrier: in.Carrier, ReceivedOn: in.ReceivedOn, MessageOn: in.MessageOn, CustomerID: in.CustomerID, Signature: in.Signature,
		DueOn: days.After(in.ReceivedOn, AnswerWithin), RecordedBy: who.UserID, RecorderName: who.Name, RecordedAt: s.clock.Instant(), Version: 1, Text: in.Text}
	if in.CarrierRef != "" {
		ref := in.Carrier + " " + in.CarrierRef
		c.CarrierRef = &ref
	}
	if c.CustomerID == "" && c.Carrier == "" {
		c.Carrier = recipient.CarrierOf(number)
	}
	c.about(found)
	err = s.db.Run(ctx, func(ctx context.Context) error { return s.register(ctx, c, phone, in) })
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, c.ID)
}

// about fills in the message that a complaint is about, where it is known.
func (c *Complaint) about(m *evidence.Found) {
	if m == nil {
		return
	}
	c.CustomerID, c.ContractID, c.BatchID, c.Seq, c.Signature = m.CustomerID, m.ContractID, m.BatchID, m.Seq, strings.Trim(m.Signature, "【】")
}

func (s *Service) register(ctx context.Context, c *Complaint, phone string, in Input) error {
	if c.CustomerID != "" {
		who, err := s.Customers.Get(ctx, c.CustomerID)
		if err != nil {
			return err
		}
		c.CustomerName = who.Name
	}
	if err := s.seal(ctx, c, phone); err != nil {
		return err
	}
	if err := s.repeated(ctx, c); err != nil {
		return err
	}
	number, err := numbering.Year(s.clock.Today()).Next(ctx, s.db)
	if err != nil {
		return err
	}
	c.Number = number
	if in.DocumentID != "" {
		d, err := s.Documents.Link(ctx, in.DocumentID, "complaint", c.ID, c.CustomerID, c.ContractID)
		if err != nil {
			return err
		}
		c.DocumentID = d.ID
	}
	c.Blocked = "customer"
	if c.CustomerID == "" || in.Everybody {
		c.Blocked = "all" // who sent it is not known yet: nobody may send until it is
	}
	if err := s.block(ctx, c, phone); err != nil {
		return err
	}
	if err := s.store.insert(ctx, c); err != nil {
		if db.IsDuplicate(err) {
			return ErrKnown
		}
		return err
	}
	if err := s.record(ctx, c, "complaint.register", "", "", map[string]any{"source": c.Source, "kind": c.Kind, "blocked": c.Blocked}); err != nil {
		return err
	}
	if err := s.tell(ctx, c, "complaint_received", notice.To{Role: "compliance_reviewer"}); err != nil {
		return err
	}
	return s.weigh(ctx, c.CustomerID, c.ReceivedOn.MonthOf())
}

// repeated finds the earlier complaint of the same recipient about the same customer, and whether it was left lying.
func (s *Service) repeated(ctx context.Context, c *Complaint) error {
	if c.CustomerID == "" {
		return nil
	}
	before, err := s.store.before(ctx, c.PhoneHash, c.CustomerID, c.ID)
	if err != nil || before == nil {
		return err
	}
	c.RepeatOf = before.ID
	c.ByDelay = before.Late(c.ReceivedOn) || before.Overdue(c.ReceivedOn)
	return nil
}

// block puts the recipient on the list (A14).
func (s *Service) block(ctx context.Context, c *Complaint, phone string) error {
	add := recipient.Add{Phone: phone, CustomerID: c.CustomerID, Kind: recipient.OptOut, Source: recipient.SourceComplaint, SourceID: c.ID}
	if c.Blocked == "all" {
		add.CustomerID = ""
	}
	return s.Recipients.Block(ctx, add)
}

// lookBack is how far back a message is looked for where the recipient names no day; aroundDay is how exact people's memory is.
const (
	lookBack  = 30
	aroundDay = 2
)

// Near keeps the messages that a complaint may be about: those that left around the day that the recipient names, or in the
// month before it complained; of the named customer and signature, where there is one.
func Near(all []evidence.Found, in Input) (out []evidence.Found) {
	for _, m := range all {
		day := m.At().Date()
		from, to := in.ReceivedOn.AddDays(-lookBack), in.ReceivedOn
		if !in.MessageOn.IsZero() {
			from, to = in.MessageOn.AddDays(-aroundDay), in.MessageOn.AddDays(aroundDay)
		}
		if m.SentAt.IsZero() || day.Before(from) || day.After(to) || in.CustomerID != "" && m.CustomerID != in.CustomerID ||
			in.Signature != "" && strings.Trim(m.Signature, "【】") != in.Signature {
			continue
		}
		out = append(out, m)
	}
	return out
}

// sender finds the message, where only one customer's come into question: the last one of it.
func (s *Service) sender(ctx context.Context, in Input, phone string) (*evidence.Found, error) {
	all, err := s.Evidence.Find(actor.With(ctx, actor.System("complaint")), phone)
	if err != nil {
		return nil, fmt.Errorf("find messages to the number: %w", err)
	}
	near := Near(all, in)
	for i := range near {
		if near[i].CustomerID != near[0].CustomerID {
			return nil, nil
		}
	}
	if len(near) == 0 {
		return nil, nil
	}
	return &near[0], nil
}

// Candidates gives the messages that a complaint may be about, the newest first; the look is logged (A22).
func (s *Service) Candidates(ctx context.Context, id string) ([]evidence.Found, error) {
	c, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	phone, _, err := s.open(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := s.db.Run(ctx, func(ctx context.Context) error {
		return s.record(ctx, c, "complaint.search", c.State, "", nil)
	}); err != nil {
		return nil, err
	}
	all, err := s.Evidence.Find(ctx, phone)
	if err != nil {
		return nil, err
	}
	return Near(all, Input{ReceivedOn: c.ReceivedOn, MessageOn: c.MessageOn}), nil
}

// change reads a complaint, lets act change it and writes it if nobody was faster; what follows of what then stands on record
// is done in the same transaction.
func (s *Service) change(ctx context.Context, id, action, reason string, act func(ctx context.Context, c *Complaint) error, follow ...func(ctx context.Context, c *Complaint) error) (*Complaint, error) {
	err := s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.store.byID(ctx, id)
		if err != nil {
			return err
		}
		from := c.State
		if err := act(ctx, c); err != nil {
			return err
		}
		if from != c.State && !CanMove(from, c.State) || from == Closed {
			return ErrState.With("state", from)
		}
		if err := s.store.save(ctx, c); err != nil {
			return err
		}
		if err := s.record(ctx, c, action, from, reason, nil); err != nil {
			return err
		}
		for _, f := range follow {
			if err := f(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, id)
}

// Attach names the message that a complaint is about. Where the recipient was kept from everybody because the sender was not
// known, it stays so until a person lifts that. Errors: ErrNotFound, ErrMessage, ErrState.
func (s *Service) Attach(ctx context.Context, id, batchID string, seq int64) (*Complaint, error) {
	candidates, err := s.Candidates(ctx, id)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(candidates, func(m evidence.Found) bool { return m.BatchID == batchID && m.Seq == seq })
	if at < 0 {
		return nil, ErrMessage
	}
	return s.change(ctx, id, "complaint.attach", "", func(ctx context.Context, c *Complaint) error {
		if c.State != Open && c.CustomerID != candidates[at].CustomerID {
			return ErrState.With("state", c.State) // the other customer has been asked already
		}
		c.about(&candidates[at])
		who, err := s.Customers.Get(ctx, c.CustomerID)
		if err != nil {
			return err
		}
		c.CustomerName = who.Name
		return s.repeated(ctx, c)
	}, func(ctx context.Context, c *Complaint) error {
		return s.weigh(ctx, c.CustomerID, c.ReceivedOn.MonthOf())
	})
}

// Forward asks the customer, who has three working days (A30). Errors: ErrNotFound, ErrSender, ErrState.
func (s *Service) Forward(ctx context.Context, id, note string) (*Complaint, error) {
	var f errs.Fields
	note = form.Lines(&f, "note", note, maxWords, false)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	days, err := s.Workdays.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, id, "complaint.forward", note, func(ctx context.Context, c *Complaint) error {
		if c.CustomerID == "" {
			return ErrSender
		}
		if c.State == Forwarded {
			return ErrState.With("state", c.State)
		}
		c.State, c.ForwardedAt, c.AnswerBy = Forwarded, s.clock.Instant(), days.After(s.clock.Today(), CustomerWithin)
		return s.tell(ctx, c, "complaint_forwarded", notice.To{CustomerID: c.CustomerID})
	})
}

// Reply is the customer's answer. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Reply(ctx context.Context, id, text, documentID string) (*Complaint, error) {
	var f errs.Fields
	text = form.Lines(&f, "text", text, maxWords, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.change(ctx, id, "complaint.answer", "", func(ctx context.Context, c *Complaint) error {
		if c.State != Forwarded {
			return ErrState.With("state", c.State)
		}
		if documentID != "" {
			if _, err := s.Documents.Link(ctx, documentID, "complaint", c.ID, c.CustomerID, c.ContractID); err != nil {
				return err
			}
		}
		c.State, c.Answer, c.AnsweredAt, c.AnswererName = Answered, text, s.clock.Instant(), actor.From(ctx).Name
		return s.tell(ctx, c, "complaint_answered", notice.To{Role: "compliance_reviewer"})
	})
}

// Close ends a complaint with what the recipient was told; one that was upheld counts against the customer, one that was
// dismissed does not. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Close(ctx context.Context, id string, outcome Outcome, result string) (*Complaint, error) {
	var f errs.Fields
	if outcome != Upheld && outcome != Dismissed {
		f.Add("outcome", "unknown", "请选择：属实或不属实", "choose upheld or dismissed")
	}
	result = form.Lines(&f, "result", result, maxWords, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.change(ctx, id, "complaint.close", result, func(ctx context.Context, c *Complaint) error {
		c.State, c.Outcome, c.Result, c.ClosedOn, c.CloserID, c.CloserName = Closed, outcome, result, s.clock.Today(), actor.From(ctx).UserID, actor.From(ctx).Name
		if c.CustomerID == "" {
			return nil
		}
		return s.tell(ctx, c, "complaint_closed", notice.To{CustomerID: c.CustomerID})
	})
}

// tell sends a notice about a complaint.
func (s *Service) tell(ctx context.Context, c *Complaint, kind string, to notice.To) error {
	to.About = notice.About{ObjectType: "complaint", ObjectID: c.ID, CustomerID: c.CustomerID}
	name, by, outcome, outcomeEn := c.CustomerName, c.DueOn, "属实", "upheld"
	if name == "" {
		name = "—"
	}
	if kind == "complaint_forwarded" || kind == "complaint_late" {
		by = c.AnswerBy
	}
	if c.Outcome == Dismissed {
		outcome, outcomeEn = "不属实", "dismissed"
	}
	vars := map[string]string{"number": c.Number, "customer": name, "by": by.String()}
	var en map[string]string
	if kind == "complaint_closed" {
		vars = map[string]string{"number": c.Number, "customer": name, "outcome": outcome}
		en = map[string]string{"outcome": outcomeEn}
	}
	return s.Notices.Send(ctx, to, kind, vars, en)
}

func (s *Service) record(ctx context.Context, c *Complaint, action string, from State, reason string, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["number"] = c.Number
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "complaint", ObjectID: c.ID, CustomerID: c.CustomerID, ContractID: c.ContractID, From: string(from), To: string(c.State), Reason: reason, Detail: detail})
}

// Get gives a complaint of the actor's scope, its number masked.
func (s *Service) Get(ctx context.Context, id string) (*Complaint, error) {
	c, err := s.store.byID(ctx, id)
	if err != nil {
		return nil, err
	}
	return c, s.show(ctx, c)
}

// List gives complaints, the newest first, and how many there are.
func (s *Service) List(ctx context.Context, q Query) ([]Complaint, int64, error) {
	cs, n, err := s.store.list(ctx, q)
	for i := range cs {
		if err == nil {
			err = s.show(ctx, &cs[i])
		}
	}
	return cs, n, err
}

// Overturn makes an upheld complaint count as dismissed, as an appeal found (A21). Errors: ErrNotFound, ErrState.
func (s *Service) Overturn(ctx context.Context, id, reason string) (*Complaint, error) {
	err := s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.store.byID(ctx, id)
		if err != nil {
			return err
		}
		if c.State != Closed || c.Outcome != Upheld {
			return ErrState.With("state", c.State)
		}
		c.Outcome = Dismissed
		if err := s.store.save(ctx, c); err != nil {
			return err
		}
		return s.record(ctx, c, "complaint.overturn", c.State, reason, nil)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, id)
}
