package statement

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"

	"sealgate/server/actor"
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/usage"
	"sealgate/server/verify"
)

// Deps are the parts that the service stands on.
type Deps struct {
	Bills     *bill.Service
	Customers *customer.Service
	Usage     *usage.Service
	Notices   *notice.Service
	Provider  paper.Party
}

// Service makes statements and takes answers.
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

// Outcome says what a run over a month did.
type Outcome struct {
	Made   int
	Empty  int // contracts of which there was nothing to state
	Failed []string
}

func (o Outcome) String() string {
	return fmt.Sprintf("%d statements made, %d contracts with nothing to state, %d failed", o.Made, o.Empty, len(o.Failed))
}

// pageSize is how many contracts' statements are made in one transaction.
const pageSize = 200

// MakeMonth makes and sends the statements of a month, dated on a day (the 1st after it, after the bills). It may run any
// number of times: a contract that has its statement is passed over, and one that fails does not stop the others. Errors:
// ErrMonthOpen.
func (s *Service) MakeMonth(ctx context.Context, m caldate.Month, on caldate.Date) (Outcome, error) {
	var o Outcome
	if on.IsZero() {
		on = s.clock.Today()
	}
	if !m.Last().Before(on) || on.After(s.clock.Today()) {
		return o, ErrMonthOpen.With("month", m.String())
	}
	after := ""
	for {
		page, err := s.store.parties(ctx, m, after, pageSize)
		if err != nil {
			return o, fmt.Errorf("contracts to state of %s: %w", m, err)
		}
		if len(page) == 0 {
			return o, nil
		}
		after = page[len(page)-1].Number
		made, empty, err := s.makePage(ctx, m, on, page)
		if err == nil {
			o.Made, o.Empty = o.Made+made, o.Empty+empty
			failpoint.Hit("statement.page_done")
			continue
		}
		if ctx.Err() != nil {
			return o, ctx.Err()
		}
		s.log.WarnContext(ctx, "a page of statements failed; they are made one by one", "month", m.String(), "error", err)
		for i := range page {
			made, empty, err := s.makePage(ctx, m, on, page[i:i+1])
			if err != nil {
				if ctx.Err() != nil {
					return o, ctx.Err()
				}
				s.log.ErrorContext(ctx, "a statement could not be made", "contract", page[i].Number, "error", err)
				o.Failed = append(o.Failed, page[i].Number)
				continue
			}
			o.Made, o.Empty = o.Made+made, o.Empty+empty
		}
	}
}

func (s *Service) makePage(ctx context.Context, m caldate.Month, on caldate.Date, page []party) (made, empty int, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		made, empty = 0, 0
		// Holding the series makes runs beside each other take turns; what the other has made by then is left out.
		if err := numbering.Month(m).Hold(ctx, s.db); err != nil {
			return err
		}
		drafts, err := s.draft(ctx, m, on, page)
		if err != nil {
			return err
		}
		empty = len(page) - len(drafts)
		if len(drafts) == 0 {
			return nil
		}
		numbers, err := numbering.Month(m).Take(ctx, s.db, len(drafts))
		if err != nil {
			return err
		}
		audits := make([]trail.Entry, len(drafts))
		letters := make([]notice.Letter, len(drafts))
		for i, x := range drafts {
			x.Number = numbers[i]
			x.Hash = x.Seal()
			audits[i] = trail.Entry{Action: "statement.send", ObjectType: "statement", ObjectID: x.ID, CustomerID: x.CustomerID, ContractID: x.ContractID, To: string(Sent), On: on,
				Detail: map[string]any{"number": x.Number, "month": m, "carried_fen": x.CarriedFen, "new_fen": x.NewFen}}
			letters[i] = notice.Letter{
				To: notice.To{CustomerID: x.CustomerID, About: notice.About{ObjectType: "statement", ObjectID: x.ID, CustomerID: x.CustomerID}},
				Vars: map[string]string{"customer": x.CustomerName, "contract": x.ContractNumber, "period": m.Zh(), "number": x.Number,
					"carried": x.CarriedFen.Grouped(), "new": x.NewFen.Grouped()},
				En: map[string]string{"period": m.String()},
			}
		}
		if err := s.store.insert(ctx, drafts); err != nil {
			return fmt.Errorf("store statements: %w", err)
		}
		if err := s.trail.Record(ctx, audits...); err != nil {
			return err
		}
		made = len(drafts)
		return s.Notices.SendAll(ctx, "statement_ready", letters)
	})
	return made, empty, err
}

// draft gathers what the statements of a page say; contracts without anything to state are left out.
func (s *Service) draft(ctx context.Context, m caldate.Month, on caldate.Date, page []party) ([]*Statement, error) {
	contracts := make([]string, len(page))
	var customers []string
	for i, p := range page {
		contracts[i] = p.ID
		customers = append(customers, p.CustomerID)
	}
	slices.Sort(customers)
	customers = slices.Compact(customers)
	days, err := s.Usage.DaysOf(ctx, contracts, m)
	if err != nil {
		return nil, err
	}
	bills, err := s.store.bills(ctx, contracts, m)
	if err != nil {
		return nil, err
	}
	sums, err := s.store.sums(ctx, customers, contracts, m.First())
	if err != nil {
		return nil, err
	}
	carried, err := s.store.carried(ctx, contracts, m)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.moves(ctx, customers, contracts, m.First(), m.Last())
	if err != nil {
		return nil, err
	}
	moves := map[string][]moved{}
	var documents []string
	for _, r := range rows {
		moves[r.ContractID] = append(moves[r.ContractID], r)
		documents = append(documents, r.DocumentID)
	}
	slices.Sort(documents)
	names, err := s.store.names(ctx, slices.Compact(documents))
	if err != nil {
		return nil, err
	}
	var out []*Statement
	for _, p := range page {
		x := &Statement{ID: ids.New(), StatementKey: Key(p.ID, m), ContractID: p.ID, ContractNumber: p.Number, CustomerID: p.CustomerID, CustomerName: p.CustomerName,
			Month: m, MadeOn: on, MadeAt: s.clock.Instant(), State: Sent}
		c := Content{Usage: perDay(days[p.ID]), Moves: []Move{}, Open: []Bill{}, Charges: []Charge{}}
		for _, u := range c.Usage {
			x.UsedParts += u.Parts
		}
		x.BroughtFen = sums[p.ID]
		if before, ok := carried[p.ID]; ok {
			x.BroughtFen, x.CorrectedFen = before, sums[p.ID]-before
		}
		x.CarriedFen = sums[p.ID]
		for _, r := range moves[p.ID] {
			x.CarriedFen += r.AmountFen
			x.add(r.Kind, r.AmountFen)
			c.move(r, names[r.DocumentID])
		}
		for i := range bills[p.ID] {
			if err := x.state(&c, &bills[p.ID][i]); err != nil {
				return nil, err
			}
		}
		if x.empty(c) {
			continue
		}
		content, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		x.Content = string(content)
		out = append(out, x)
	}
	return out, nil
}

func perDay(rows []usage.Row) []Usage {
	out := []Usage{}
	for _, r := range rows {
		if n := len(out) - 1; n < 0 || out[n].Day != r.Day {
			out = append(out, Usage{Day: r.Day, By: map[string]int64{}})
		}
		u := &out[len(out)-1]
		u.Parts += r.Parts
		if r.Carrier != "" {
			u.By[r.Carrier] += r.Parts
		}
	}
	return out
}

// move adds a movement; the late fees of a bill stand together.
func (c *Content) move(r moved, name string) {
	kind := r.Kind
	if kind == ledger.KindReversal && r.DocumentType == ledger.DocumentBill {
		kind = ledger.KindLateFee
	}
	if kind == ledger.KindLateFee {
		for i := range c.Moves {
			if m := &c.Moves[i]; m.Kind == kind && m.Number == name {
				m.Amount, m.To, m.Entries = m.Amount+r.AmountFen, r.OnDate, append(m.Entries, r.EntryKey)
				return
			}
		}
	}
	c.Moves = append(c.Moves, Move{On: r.OnDate, Kind: kind, Number: name, Amount: r.AmountFen, Entries: []string{r.EntryKey}})
}

// state puts a bill into the statement: the month's own with its lines, and all of which something is open.
func (s *Statement) state(c *Content, b *bill.Bill) error {
	x := Bill{ID: b.ID, Number: b.Number, Month: b.Month, DueOn: b.DueOn, Total: b.TotalFen + b.NotedFen, Paid: b.PaidFen, LateFee: b.LateFeeFen - b.LateFeePaidFen, Open: b.Owed(),
		Disputed: b.DisputedFen, State: string(b.State)}
	if b.Month == s.Month {
		s.BillID, s.NewFen, c.Bill = b.ID, b.TotalFen, &x
		lines, err := b.Lines()
		if err != nil {
			return err
		}
		for i, l := range lines {
			c.Charges = append(c.Charges, Charge{i, l.Charge, l.Name, l.Note, l.Quantity, l.Unit, l.UnitPrice, l.Amount, l.TaxRate, l.Tax})
		}
	}
	if x.Open != 0 {
		s.LateOpenFen += x.LateFee
		c.Open = append(c.Open, x)
	}
	return nil
}

// Query narrows a list of statements; the newest month comes first.
type Query struct {
	ContractID, CustomerID string
	Month                  caldate.Month
	States                 []string
	Q                      string // part of a number or of the customer's name
	Cursor                 string
	Limit                  int
}

// List gives a page of statements within the actor's scope, without their bodies, and how many fit.
func (s *Service) List(ctx context.Context, q Query) ([]Statement, int64, error) {
	return s.store.list(ctx, q)
}

// Get gives a statement within the actor's scope, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Statement, error) {
	return s.store.byID(ctx, id)
}

// DisputesOf gives the disputes that were opened on a statement.
func (s *Service) DisputesOf(ctx context.Context, id string) ([]bill.Dispute, error) {
	return s.store.disputes(ctx, id)
}

// Confirm notes that the customer agrees: by itself, or as we were told. While disputes of it are open it can't be confirmed.
// Errors: ErrNotFound, ErrState, ErrOpen.
func (s *Service) Confirm(ctx context.Context, id, remark string) (*Statement, error) {
	var f errs.Fields
	byUs := actor.From(ctx).CustomerID == ""
	remark = form.Text(&f, "remark", remark, 500, byUs) // who told us, and how
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.answer(ctx, id, Confirmed, remark, func(ctx context.Context, x *Statement) error {
		n, err := s.store.openDisputes(ctx, x.ID)
		if err == nil && n > 0 {
			err = ErrOpen
		}
		return err
	})
}

// Dispute opens a dispute about lines of the month's bill (bill.Dispute says what that does) and marks the statement.
// Errors: ErrNotFound, ErrState, ErrNoBill, and those of bill.Dispute.
func (s *Service) Dispute(ctx context.Context, id string, lines []bill.Share, amount money.Fen, reason string) (*Statement, *bill.Dispute, error) {
	var d *bill.Dispute
	x, err := s.answer(ctx, id, Disputed, reason, func(ctx context.Context, x *Statement) (err error) {
		if x.BillID == "" {
			return ErrNoBill
		}
		d, err = s.Bills.Dispute(ctx, x.BillID, bill.DisputeInput{Lines: lines, Amount: amount, Reason: reason, StatementID: x.ID})
		return err
	})
	return x, d, err
}

func (s *Service) answer(ctx context.Context, id string, to State, remark string, act func(ctx context.Context, x *Statement) error) (out *Statement, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		x, err := s.store.byID(ctx, id)
		if err != nil {
			return err
		}
		was := x.State
		if !CanMove(was, to) {
			return ErrState.With("state", was)
		}
		if err := act(ctx, x); err != nil {
			return err
		}
		who := actor.From(ctx)
		x.State, x.DecidedBy, x.DeciderName, x.DecidedAt, x.ByCustomer, x.Remark = to, who.UserID, who.Name, s.clock.Instant(), who.CustomerID != "", remark
		ok, err := s.store.answer(ctx, x, was)
		if err != nil {
			return err
		}
		if !ok {
			return ErrState
		}
		out = x
		return s.trail.Record(ctx, trail.Entry{Action: "statement." + map[State]string{Confirmed: "confirm", Disputed: "dispute"}[to], ObjectType: "statement", ObjectID: x.ID, CustomerID: x.CustomerID,
			ContractID: x.ContractID, From: string(was), To: string(to), Reason: remark, Detail: map[string]any{"number": x.Number, "by_customer": x.ByCustomer}})
	})
	return out, err
}

// Document renders the statement as the customer gets it. Errors: ErrNotFound.
func (s *Service) Document(ctx context.Context, id string) (name string, pdf []byte, err error) {
	x, err := s.store.byID(ctx, id)
	if err != nil {
		return "", nil, err
	}
	c, err := x.Body()
	if err != nil {
		return "", nil, err
	}
	payer := paper.Party{Name: x.CustomerName}
	if k, err := s.Customers.Get(ctx, x.CustomerID); err == nil {
		payer.USCC, payer.Address = k.USCC, k.Address
		if len(k.Contacts) > 0 {
			payer.Contact, payer.Phone, payer.Email = k.Contacts[0].Name, k.Contacts[0].Phone, k.Contacts[0].Email
		}
	}
	data := paper.StatementData{Number: x.Number, ContractNumber: x.ContractNumber, Provider: s.Provider, Customer: payer, From: x.Month.First(), To: x.Month.Last(), MadeOn: x.MadeOn,
		Brought: x.BroughtFen, Corrected: x.CorrectedFen, Charged: x.ChargedFen, LateFee: x.LateFeeFen, Credited: x.CreditedFen, Paid: x.PaidFen, Carried: x.CarriedFen,
		Used: x.UsedParts, NotWaived: NotWaived, LateOpen: x.LateOpenFen}
	for _, u := range c.Usage {
		data.Usage = append(data.Usage, paper.StatementUsage{Day: u.Day, Parts: u.Parts})
	}
	for _, l := range c.Charges {
		data.Charges = append(data.Charges, paper.StatementCharge{Name: l.Name, Note: l.Note, Quantity: l.Quantity, Unit: l.Unit, UnitPrice: l.UnitPrice, Amount: l.Amount})
	}
	if c.Bill != nil {
		data.BillNumber, data.BillTotal, data.BillDue = c.Bill.Number, x.NewFen, c.Bill.DueOn
	}
	for _, m := range c.Moves {
		data.Moves = append(data.Moves, paper.StatementMove{On: m.On, To: m.To, Name: moveNames[m.Kind], Number: m.Number, Amount: m.Amount})
	}
	for _, b := range c.Open {
		data.Open = append(data.Open, paper.StatementBill{Number: b.Number, Period: b.Month.Zh(), DueOn: b.DueOn, Total: b.Total, Paid: b.Paid, LateFee: b.LateFee, Open: b.Open, Disputed: b.Disputed})
	}
	if pdf, err = paper.Statement(data); err != nil {
		return "", nil, fmt.Errorf("document of statement %s: %w", x.Number, err)
	}
	return x.Number + ".pdf", pdf, nil
}

var moveNames = map[ledger.Kind]string{
	ledger.KindBill: "账单", ledger.KindDebitNote: "借项通知单", ledger.KindCreditNote: "贷项通知单", ledger.KindLateFee: "滞纳金", ledger.KindAllocation: "付款",
}

// Verify checks that statements are as they were sent (invariant 6), add up, carry what the next one begins with (2), are
// numbered without gaps (7), and are not confirmed over an open dispute.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	var out []verify.Violation
	bad := func(invariant int, object, format string, args ...any) {
		out = append(out, verify.Violation{Invariant: invariant, Object: object, Detail: fmt.Sprintf(format, args...)})
	}
	err := s.store.each(ctx, func(x *Statement) {
		at := "statement " + x.Number
		if x.Seal() != x.Hash {
			bad(6, at, "its content does not match the hash of its making")
		}
		if !x.Adds() {
			bad(2, at, "its figures do not add up to %s", x.CarriedFen)
		}
		c, err := x.Body()
		if err != nil {
			bad(6, at, "%v", err)
			return
		}
		var moved money.Fen
		var used int64
		for _, m := range c.Moves {
			moved += m.Amount
		}
		for _, u := range c.Usage {
			used += u.Parts
		}
		if x.BroughtFen+x.CorrectedFen+moved != x.CarriedFen || used != x.UsedParts {
			bad(2, at, "movements of %s do not lead from %s to %s, or %d parts by day are not %d", moved, x.BroughtFen+x.CorrectedFen, x.CarriedFen, used, x.UsedParts)
		}
	})
	if err != nil {
		return nil, err
	}
	for what, find := range map[string]func(context.Context) ([]string, error){
		"does not begin with what the one before carried": s.store.unchained, "has an open dispute but is not marked as disputed": s.store.oddStates,
	} {
		numbers, err := find(ctx)
		if err != nil {
			return nil, err
		}
		for _, n := range numbers {
			bad(2, "statement "+n, "%s", what)
		}
	}
	gaps, err := numbering.Verify(ctx, s.db, "statements")
	return append(out, gaps...), err
}
