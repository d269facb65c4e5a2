package bill

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/plan"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// ReissueInput says which rate was wrong: charges of a kind, for service from a day on, should have borne Rate (B17).
type ReissueInput struct {
	Kind       plan.TaxKind
	From, To   caldate.Date // days of service; no To: from then on
	Rate       money.Decimal
	Reason     string
	DocumentID string
}

// Reissue is one such correction over all bills: previewed by one person, run by another, resumable.
type Reissue struct {
	ID           string `gorm:"primaryKey"`
	Kind         plan.TaxKind
	FromDate     caldate.Date
	ToDate       caldate.Date
	Rate         money.Decimal
	Reason       string
	DocumentID   string
	State        string // preview, running, done
	Expected     int64  // bills with a wrong rate, when it was previewed
	Done         int64  // taken back and issued again
	Skipped      int64  // disputed: to be decided first
	Failed       int64
	BeforeFen    money.Fen
	AfterFen     money.Fen
	TaxBeforeFen money.Fen
	TaxAfterFen  money.Fen
	Items        string // JSON of []ReissueItem
	PreparedBy   string
	PreparerName string
	PreparedAt   caldate.Instant
	StartedBy    string
	StarterName  string
	StartedAt    caldate.Instant
	FinishedAt   caldate.Instant
}

// TableName is bill_reissues.
func (Reissue) TableName() string { return "bill_reissues" }

// ReissueItem is one bill of the report; all that failed or were skipped are named, of the others the first ones.
type ReissueItem struct {
	BillID       string    `json:"bill_id"`
	BillNumber   string    `json:"bill_number"`
	CustomerName string    `json:"customer_name"`
	Before       money.Fen `json:"before_fen"`
	After        money.Fen `json:"after_fen"`
	TaxBefore    money.Fen `json:"tax_before_fen"`
	TaxAfter     money.Fen `json:"tax_after_fen"`
	NewID        string    `json:"new_bill_id,omitempty"`
	NewNumber    string    `json:"new_bill_number,omitempty"`
	NoteNumber   string    `json:"note_number,omitempty"`
	Problem      string    `json:"problem,omitempty"`
}

// reissuePage is how many bills are looked at, and issued again, at once.
const reissuePage = 100

// PreviewReissue says what issuing again would do, and keeps it, so that a second person can run what was looked at.
// Nothing else is written. Errors: ErrReissueInvalid with fields.
func (s *Service) PreviewReissue(ctx context.Context, in ReissueInput) (*Reissue, error) {
	var f errs.Fields
	in.Reason = form.Text(&f, "reason", in.Reason, 500, true)
	if in.Kind == plan.TaxNone || !in.Kind.Known() {
		f.Add("kind", "unknown", "请选择税目：messages（短信彩信）、software（软件与维护）、goods（货物）", "choose the kind of charge: messages, software or goods")
	}
	if in.From.IsZero() {
		f.Add("from", "missing", "请填写新税率适用的首个服务日", "give the first day of service to which the rate applies")
	}
	if !in.To.IsZero() && in.To.Before(in.From) {
		f.Add("to", "order", "结束日不能早于开始日", "the last day must not be before the first")
	}
	if in.Rate.Sign() < 0 || in.Rate.Cmp(money.MustDecimal("0.5")) > 0 {
		f.Add("rate", "range", "税率请填 0 到 0.5 之间，例如 0.09", "give a rate from 0 to 0.5, such as 0.09")
	}
	if err := f.Err(ErrReissueInvalid); err != nil {
		return nil, err
	}
	who := actor.From(ctx)
	r := &Reissue{ID: ids.New(), Kind: in.Kind, FromDate: in.From, ToDate: in.To, Rate: in.Rate, Reason: in.Reason, DocumentID: in.DocumentID, State: "preview",
		PreparedBy: who.UserID, PreparerName: who.Name, PreparedAt: s.clock.Instant()}
	items := []ReissueItem{}
	err := s.wronglyTaxed(ctx, r, func(page []Claim) error {
		for i := range page {
			item := ReissueItem{BillID: page[i].ID, BillNumber: page[i].Number, CustomerName: page[i].CustomerName}
			again, err := s.again(ctx, r, page[i].Bill)
			if err != nil {
				item.Problem = problem(err)
			} else {
				item.Before, item.After, item.TaxBefore, item.TaxAfter = again.before, again.bill.TotalFen, again.taxBefore, again.bill.TaxFen
			}
			r.Expected++
			r.add(&items, item)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := r.keep(items); err != nil {
			return err
		}
		if err := s.store.saveReissue(ctx, r); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "bill.reissue_preview", ObjectType: "bill_reissue", ObjectID: r.ID, Reason: r.Reason,
			Detail: map[string]any{"kind": r.Kind, "from": r.FromDate, "rate": r.Rate.String(), "expected": r.Expected}})
	})
	return r, err
}

// RunReissue takes the affected bills back by a credit note over the whole, each, and issues them again with the next
// revision. It must be started by another person than the one who previewed it. Started again, beside itself or after a
// crash, it does the rest and nothing twice: a bill that was taken back is void, and the new one bears the right rate.
// Errors: ErrReissueNotFound, ErrOwnRequest.
func (s *Service) RunReissue(ctx context.Context, id string) (*Reissue, error) {
	r, err := s.store.reissue(ctx, id)
	if err != nil {
		return nil, err
	}
	who := actor.From(ctx)
	if r.PreparedBy == who.UserID && !who.IsSystem() {
		return nil, ErrOwnRequest
	}
	if r.State == "done" {
		return r, nil
	}
	r.State, r.StartedBy, r.StarterName, r.StartedAt = "running", who.UserID, who.Name, s.clock.Instant()
	r.Skipped, r.Failed, r.BeforeFen, r.AfterFen, r.TaxBeforeFen, r.TaxAfterFen = 0, 0, 0, 0, 0, 0
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.saveReissue(ctx, r); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "bill.reissue_start", ObjectType: "bill_reissue", ObjectID: r.ID, Reason: r.Reason, Detail: map[string]any{"prepared_by": r.PreparedBy}})
	})
	if err != nil {
		return nil, err
	}
	items := []ReissueItem{}
	err = s.wronglyTaxed(ctx, r, func(page []Claim) error {
		done, err := s.reissuePage(ctx, r, page)
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			s.log.WarnContext(ctx, "a page of bills could not be issued again; they are taken one by one", "error", err)
			done = nil
			for i := range page {
				one, err := s.reissuePage(ctx, r, page[i:i+1])
				if err != nil {
					if ctx.Err() != nil {
						return ctx.Err()
					}
					one = []ReissueItem{{BillID: page[i].ID, BillNumber: page[i].Number, CustomerName: page[i].CustomerName, Problem: problem(err)}}
				}
				done = append(done, one...)
			}
		}
		for _, item := range done {
			r.add(&items, item)
		}
		failpoint.Hit("bill.reissue.page_done")
		return s.progressReissue(ctx, r, items)
	})
	if err != nil {
		return nil, err
	}
	r.State, r.FinishedAt = "done", s.clock.Instant()
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if r.Done, err = s.store.notesOfRequest(ctx, r.ID); err != nil {
			return err
		}
		if err := r.keep(items); err != nil {
			return err
		}
		if err := s.store.saveReissue(ctx, r); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "bill.reissue", ObjectType: "bill_reissue", ObjectID: r.ID, Reason: r.Reason,
			Detail: map[string]any{"expected": r.Expected, "done": r.Done, "skipped": r.Skipped, "failed": r.Failed}})
	})
	return r, err
}

func (s *Service) progressReissue(ctx context.Context, r *Reissue, items []ReissueItem) error {
	return s.db.Run(ctx, func(ctx context.Context) (err error) {
		if r.Done, err = s.store.notesOfRequest(ctx, r.ID); err != nil {
			return err
		}
		if err := r.keep(items); err != nil {
			return err
		}
		return s.store.saveReissue(ctx, r)
	})
}

// Reissues gives the newest corrections.
func (s *Service) Reissues(ctx context.Context, limit int) ([]Reissue, error) {
	return s.store.reissues(ctx, limit)
}

// ReissueByID gives one, else ErrReissueNotFound.
func (s *Service) ReissueByID(ctx context.Context, id string) (*Reissue, error) {
	return s.store.reissue(ctx, id)
}

// Report reads the bills of the report.
func (r *Reissue) Report() ([]ReissueItem, error) {
	var out []ReissueItem
	if err := json.Unmarshal([]byte(r.Items), &out); err != nil {
		return nil, fmt.Errorf("items of re-issue %s: %w", r.ID, err)
	}
	return out, nil
}

func (r *Reissue) keep(items []ReissueItem) error {
	b, err := json.Marshal(items)
	r.Items = string(b)
	return err
}

func (r *Reissue) add(items *[]ReissueItem, item ReissueItem) {
	r.BeforeFen, r.AfterFen = r.BeforeFen+item.Before, r.AfterFen+item.After
	r.TaxBeforeFen, r.TaxAfterFen = r.TaxBeforeFen+item.TaxBefore, r.TaxAfterFen+item.TaxAfter
	switch {
	case item.Problem == "":
	case item.Problem == problem(ErrDisputed):
		r.Skipped++
	default:
		r.Failed++
	}
	if len(*items) < maxPlain || item.Problem != "" && len(*items) < maxListed {
		*items = append(*items, item)
	}
}

func problem(err error) string {
	if e := errs.As(err); e != nil {
		return e.Zh + " / " + e.En
	}
	return err.Error()
}

// wronglyTaxed pages through the bills of which a line bears another rate than it should, by month, so that a page needs one
// series of numbers.
func (s *Service) wronglyTaxed(ctx context.Context, r *Reissue, f func(page []Claim) error) error {
	months, err := s.store.servedMonths(ctx, r.FromDate, r.ToDate)
	if err != nil {
		return err
	}
	for _, m := range months {
		after := ""
		for {
			bills, err := s.store.servedPage(ctx, m, r.FromDate, r.ToDate, after, 1000)
			if err != nil {
				return err
			}
			if len(bills) == 0 {
				break
			}
			after = bills[len(bills)-1].ID
			var wrong []Claim
			for i := range bills {
				lines, err := bills[i].Lines()
				if err != nil {
					return err
				}
				if slices.ContainsFunc(lines, func(l plan.Line) bool { return r.wrong(&bills[i], l) }) {
					wrong = append(wrong, Claim{Bill: &bills[i]})
				}
			}
			for page := range slices.Chunk(wrong, reissuePage) {
				if err := f(page); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// wrong tells whether a line bears another rate than it should.
func (r *Reissue) wrong(b *Bill, l plan.Line) bool {
	kind := l.TaxKind
	if kind == "" { // lines of before kinds were kept
		if kind = b.Kind.Tax(); l.Charge == plan.ChargeOneOff && l.TaxRate.Cmp(plan.TaxRate(kind, l.From)) != 0 {
			return false
		}
	}
	return kind == r.Kind && !l.From.Before(r.FromDate) && (r.ToDate.IsZero() || !l.From.After(r.ToDate)) && l.TaxRate.Cmp(r.Rate) != 0
}

// renewed is a bill as it is issued again, before it has a number.
type renewed struct {
	bill              *Bill
	lines             []NoteLine // what is taken back
	before, taxBefore money.Fen
}

// again works out the new bill: what is left of the old one after its notes, line by line, at the right rate. The price with
// tax stays, or the price without where the contract fixes that. Where it asks for no more than the old one, it keeps
// its days: due date, late fees and money go on as if nothing had happened. Otherwise it gets a window of its own.
func (s *Service) again(ctx context.Context, r *Reissue, b *Bill) (*renewed, error) {
	rest, err := s.rest(ctx, b)
	if err != nil {
		return nil, err
	}
	if b.DisputedFen != 0 {
		return nil, ErrDisputed
	}
	terms, err := s.contracts.TermsOn(ctx, b.ContractID, b.ServiceTo)
	if err != nil {
		return nil, err
	}
	out := &renewed{}
	var lines []plan.Line
	one := money.NewDecimal(1)
	original, err := b.Lines()
	if err != nil {
		return nil, err
	}
	for i, l := range rest {
		if l.Amount == 0 && l.Net == 0 && l.Tax == 0 {
			continue
		}
		l.Of = i
		out.lines = append(out.lines, l)
		n := l.Line
		if i >= len(original) || n.Amount != original[i].Amount {
			n.Quantity, n.Unit, n.UnitPrice, n.Note = "1", "项", n.Amount.Yuan(), "已计入原账单的通知单"
		}
		if r.wrong(b, n) {
			if terms.Fixed == plan.FixedNet {
				n.Amount = n.Amount.Decimal().Mul(one.Add(r.Rate)).FenOver(one.Add(n.TaxRate))
			}
			n.TaxRate = r.Rate
			n.Net, n.Tax = n.Amount.NetOfTax(r.Rate)
		}
		lines = append(lines, n)
	}
	_, out.taxBefore, out.before = sum(out.lines)
	if out.before <= 0 {
		return nil, ErrVoid
	}
	today := s.clock.Today()
	n := &Bill{Facts: b.Facts, Status: Status{State: Issued}}
	n.ID, n.Revision, n.IssuedOn, n.IssuedAt = ids.New(), b.Revision+1, today, s.clock.Instant()
	n.BillKey, n.Number, n.Hash = Key(b.ContractID, b.Month, n.Revision), "", ""
	n.NetFen, n.TaxFen, n.TotalFen = 0, 0, 0
	for _, l := range lines {
		n.NetFen, n.TaxFen, n.TotalFen = n.NetFen+l.Net, n.TaxFen+l.Tax, n.TotalFen+l.Amount
	}
	cond, err := b.Terms()
	if err != nil {
		return nil, err
	}
	if r.Kind == b.Kind.Tax() && !cond.LateFee.TaxFree && !b.ServiceTo.Before(r.FromDate) && (r.ToDate.IsZero() || !b.ServiceTo.After(r.ToDate)) {
		cond.LateFeeTax = r.Rate
	}
	notes, err := s.store.notesOf(ctx, []string{b.ID})
	if err != nil {
		return nil, err
	}
	for i := range notes {
		if notes[i].DueOn.After(n.DueOn) {
			n.DueOn, n.SuspendOn = notes[i].DueOn, notes[i].SuspendOn
		}
	}
	if n.TotalFen > out.before && n.DueOn.Before(today) {
		n.WindowFrom, n.DueOn = terms.Due(b.Month, today)
		n.SuspendOn = n.DueOn.AddDays(cond.SuspendAfter + 1)
	}
	items, err := json.Marshal(lines)
	if err != nil {
		return nil, err
	}
	conditions, err := json.Marshal(cond)
	if err != nil {
		return nil, err
	}
	n.LineItems, n.Conditions = string(items), string(conditions)
	out.bill = n
	return out, nil
}

// reissuePage takes back and issues again some bills of a month in one transaction.
func (s *Service) reissuePage(ctx context.Context, r *Reissue, page []Claim) (out []ReissueItem, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		out = nil
		m := page[0].Month
		if err := Numbers.Month(m).Hold(ctx, s.db); err != nil { // in the order of the month's run: series, then accounts
			return err
		}
		var customers []string
		for i := range page {
			customers = append(customers, page[i].CustomerID)
		}
		slices.Sort(customers)
		customers = slices.Compact(customers)
		if err := s.store.lockAccounts(ctx, customers); err != nil {
			return err
		}
		for i := range page {
			b, err := s.store.byID(ctx, page[i].ID)
			if err != nil {
				return err
			}
			if b.State == Void {
				continue // another run was faster
			}
			item := ReissueItem{BillID: b.ID, BillNumber: b.Number, CustomerName: b.CustomerName}
			again, err := s.again(ctx, r, b)
			if err != nil {
				if e := errs.As(err); e == nil {
					return err
				}
				item.Problem = problem(err)
				out = append(out, item)
				continue
			}
			if err := s.replace(ctx, r, b, again, &item); err != nil {
				return err
			}
			out = append(out, item)
		}
		if s.watcher == nil {
			return nil
		}
		for _, id := range customers {
			if err := s.watcher.BillAmended(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func (s *Service) replace(ctx context.Context, r *Reissue, b *Bill, again *renewed, item *ReissueItem) error {
	now, today := s.clock.Instant(), s.clock.Today()
	note := &Note{ID: ids.New(), NoteKey: "note:reissue:" + b.ID, Kind: Credit, BillID: b.ID, BillNumber: b.Number, ContractID: b.ContractID, ContractNumber: b.ContractNumber,
		CustomerID: b.CustomerID, CustomerName: b.CustomerName, Month: b.Month, OnDate: today, IssuedOn: today, IssuedAt: now, Reason: r.Reason, DocumentID: r.DocumentID,
		RequestID: r.ID, RequestedBy: r.PreparedBy, RequesterName: r.PreparerName, ApprovedBy: r.StartedBy, ApproverName: r.StarterName}
	if err := s.post(ctx, b, note, again.lines, false); err != nil {
		return err
	}
	n := again.bill
	number, err := Numbers.Month(b.Month).Next(ctx, s.db)
	if err != nil {
		return err
	}
	n.Number = number
	n.Hash = n.Seal()
	entry, err := posting(n)
	if err != nil {
		return err
	}
	if err := s.store.insert(ctx, []*Bill{n}); err != nil {
		return fmt.Errorf("store bill %s: %w", n.Number, err)
	}
	if err := s.ledger.Post(ctx, []ledger.Entry{entry}...); err != nil {
		return err
	}
	err = s.trail.Record(ctx, trail.Entry{Action: "bill.reissue_bill", ObjectType: "bill", ObjectID: n.ID, CustomerID: n.CustomerID, ContractID: n.ContractID, To: string(Issued), Reason: r.Reason,
		Detail: map[string]any{"number": n.Number, "replaces": b.Number, "note": note.Number, "tax_before_fen": again.taxBefore, "tax_fen": n.TaxFen, "total_fen": n.TotalFen}})
	if err != nil {
		return err
	}
	for _, w := range s.noteWatchers {
		if err := w.NoteIssued(ctx, note); err != nil {
			return err
		}
	}
	*item = ReissueItem{BillID: b.ID, BillNumber: b.Number, CustomerName: b.CustomerName, Before: again.before, After: n.TotalFen, TaxBefore: again.taxBefore, TaxAfter: n.TaxFen,
		NewID: n.ID, NewNumber: n.Number, NoteNumber: note.Number}
	return s.notices.Send(ctx, notice.To{CustomerID: b.CustomerID, About: notice.About{ObjectType: "bill", ObjectID: n.ID, CustomerID: b.CustomerID}}, "bill_reissued",
		map[string]string{"customer": b.CustomerName, "old": b.Number, "number": n.Number, "note": note.Number, "total": n.TotalFen.Grouped(), "due_on": n.DueOn.String(), "reason": r.Reason, "contract": b.ContractNumber}, nil)
}
