package simulate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jonboulle/clockwork"

	"sealgate/server/actor"
	"sealgate/server/bill"
	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/deposit"
	"sealgate/server/dunning"
	"sealgate/server/ledger"
	"sealgate/server/licence"
	"sealgate/server/payment"
	"sealgate/server/plan"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/trail"
	"sealgate/server/usage"
	"sealgate/server/wallet"
)

// House is what a scenario runs on: the real services over an empty database of its own, and the machine's clock, which
// the run moves.
type House struct {
	DB        *db.DB
	Machine   *clockwork.FakeClock
	Clock     clock.Clock
	Trail     *trail.Trail
	Ledger    *ledger.Service
	Customers *customer.Service
	Contracts *contract.Service
	Licences  *licence.Service
	Usage     *usage.Service
	Wallets   *wallet.Service
	Charges   *charge.Service
	Bills     *bill.Service
	Deposits  *deposit.Service
	Payments  *payment.Service
	Dunning   *dunning.Service
	// Day runs the jobs of a day, in the order of the timetable.
	Day func(ctx context.Context, day caldate.Date) error
}

// First is the first day that a scenario needs: the clock starts at its 00:00.
func (s *Scenario) First() caldate.Date {
	first := s.Until
	for _, c := range s.Contracts {
		if c.Start.Before(first) {
			first = c.Start
		}
	}
	for _, e := range s.Events {
		if e.On.Before(first) {
			first = e.On
		}
	}
	return first
}

// run is one scenario under way.
type run struct {
	*House
	s         *Scenario
	customers map[string]string    // name → id
	contracts map[string]*standing // by the file's id
	ids       map[string]string    // contract id → the file's
	names     map[string]string    // customer id → name
	entered   int                  // references of money that came in
	out       *Result
}

// standing is a contract of the run.
type standing struct {
	Contract
	id       string
	sent     int64                 // allowed parts of the day
	sentOn   caldate.Date          // which day
	licences map[licence.Kind]bool // required by an event
}

// Run plays a scenario to the end of its last day and tells what happened. The house's clock must stand at or before 00:00
// of the first day. An event that the rules forbid is listed; an error means that the run itself failed.
func (h *House) Run(ctx context.Context, s *Scenario) (*Result, error) {
	r := &run{House: h, s: s, customers: map[string]string{}, contracts: map[string]*standing{}, ids: map[string]string{}, names: map[string]string{}, out: &Result{
		Bills: []Bill{}, States: []State{}, Sends: []Send{}, Documents: []Document{}, Deposits: []Deposit{}, Wallets: []Wallet{}, Customers: []Customer{},
		Notices: []Notice{}, Refused: []Refusal{}, Failed: []Failure{}}}
	ctx = actor.With(ctx, actor.System("trial"))
	first := s.First()
	r.to(first.Start())
	if err := r.adopt(ctx); err != nil {
		return nil, err
	}
	events := slices.Clone(s.Events)
	slices.SortStableFunc(events, func(a, b Event) int {
		if c := a.On.Compare(b.On); c != 0 {
			return c
		}
		return a.Second - b.Second
	})
	for day := first; !day.After(s.Until); day = day.AddDays(1) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.to(day.Start())
		if err := r.begin(ctx, day); err != nil {
			return nil, err
		}
		if err := r.Day(ctx, day); err != nil {
			return nil, fmt.Errorf("jobs of %s: %w", day, err)
		}
		if err := r.settle(ctx, day); err != nil {
			return nil, err
		}
		for len(events) > 0 && events[0].On == day {
			e := events[0]
			events = events[1:]
			r.to(day.Start().Add(time.Duration(e.Second) * time.Second))
			if err := r.do(ctx, e); err != nil {
				return nil, err
			}
			if err := r.settle(ctx, day); err != nil {
				return nil, err
			}
		}
	}
	for _, e := range events {
		r.out.Refused = append(r.out.Refused, *refusal(e, ErrAfterUntil))
	}
	slices.SortStableFunc(r.out.Refused, func(a, b Refusal) int { return a.Event - b.Event })
	return r.out, r.tell(ctx)
}

// to moves the clock forward to a moment.
func (r *run) to(at time.Time) {
	if d := at.Sub(r.Clock.Now()); d > 0 {
		r.Machine.Advance(d)
	}
}

// adopt registers the customers and takes the contracts over as signed.
func (r *run) adopt(ctx context.Context) error {
	for i := range r.s.Contracts {
		c := &r.s.Contracts[i]
		id, known := r.customers[c.Customer]
		if !known {
			n := len(r.customers) + 1
			k, err := r.Customers.Register(ctx, customer.Details{
				Name: c.Customer, USCC: creditCode(n), Address: "试算", LegalRep: "试算", Industry: "试算",
				Contacts: []customer.Contact{{Name: "试算", Phone: "13800000000", Email: "trial@example.com"}},
			})
			if err != nil {
				return fmt.Errorf("customer %s: %w", c.Customer, err)
			}
			id = k.ID
			r.customers[c.Customer], r.names[id] = id, c.Customer
		}
		k, err := r.Contracts.Adopt(ctx, contract.Adoption{CustomerID: id, Kind: c.Terms.Kind, Terms: c.Terms, Start: c.Start, End: c.End, Reference: c.ID,
			AllowedCategories: []string{"notice"}, Carriers: []string{"cmcc", "cucc", "ctcc"}})
		if err != nil {
			return fmt.Errorf("contract %s: %w", c.ID, err)
		}
		r.contracts[c.ID], r.ids[k.ID] = &standing{Contract: *c, id: k.ID, licences: map[licence.Kind]bool{}}, c.ID
	}
	return nil
}

// creditCode is the n-th valid unified social credit code (GB 32100-2015) that nobody has: its registration authority does
// not exist.
func creditCode(n int) string {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	body := fmt.Sprintf("91000000%09d", n)
	sum, weight := 0, 1
	for i := range len(body) {
		sum += slices.Index([]byte(alphabet), body[i]) * weight
		weight = weight * 3 % 31
	}
	return body + string(alphabet[(31-sum%31)%31])
}

// begin has the deposits of the contracts that start on a day paid, before its jobs.
func (r *run) begin(ctx context.Context, day caldate.Date) error {
	for _, c := range r.s.Contracts {
		if c.Start != day || c.Terms.Deposit == 0 {
			continue
		}
		if _, err := r.Deposits.Receive(ctx, r.contracts[c.ID].id, deposit.Input{Amount: c.Terms.Deposit, On: day, Method: payment.Transfer, Reference: r.reference()}); err != nil {
			return fmt.Errorf("deposit of contract %s: %w", c.ID, err)
		}
	}
	return nil
}

// reference is a bank reference that nobody else has.
func (r *run) reference() string {
	r.entered++
	return fmt.Sprintf("TRIAL-%06d", r.entered)
}

// do lets an event happen. What the rules forbid is listed and changes nothing.
func (r *run) do(ctx context.Context, e Event) error {
	err := r.act(ctx, e)
	if err == nil {
		return nil
	}
	if x := refusal(e, err); x != nil {
		r.out.Refused = append(r.out.Refused, *x)
		return nil
	}
	return fmt.Errorf("event %d (line %d) on %s: %w", e.Index, e.Line, e.On, err)
}

func (r *run) act(ctx context.Context, e Event) error {
	c := r.contracts[e.Contract]
	switch {
	case e.Usage != nil:
		return r.use(ctx, c, e)
	case e.Send != nil:
		return r.send(ctx, c, e)
	case e.Pay != nil:
		return r.pay(ctx, e)
	case e.TopUp != nil:
		if !wallet.Has(c.Terms.Kind) {
			return ErrNoWallet
		}
		_, err := r.Wallets.TopUp(ctx, c.id, wallet.Input{Amount: e.TopUp.Amount, Messages: e.TopUp.Messages, Method: wallet.Transfer, Reference: r.reference(), ValueDate: e.On})
		return err
	case e.Change != nil:
		_, err := r.Contracts.RequestPlanChange(ctx, c.id, contract.PlanChange{Patch: *e.Change, Reason: e.Reason})
		return err
	case e.Amend != nil:
		_, err := r.Contracts.Amend(ctx, c.id, contract.Supplement{Patch: e.Amend.Patch, Effective: e.Amend.Effective, Until: e.Amend.Until, Reason: e.Reason})
		return err
	case e.Objection != nil:
		_, err := r.Contracts.ObjectRenewal(ctx, c.id, contract.Objection{By: *e.Objection, Reason: e.because("不再续期")})
		return err
	case e.Terminate != nil:
		_, err := r.Contracts.Terminate(ctx, c.id, contract.Termination{Cause: e.Terminate.Cause, LastDay: e.Terminate.LastDay, Reason: e.because("试算：" + string(e.Terminate.Cause))})
		return err
	case e.Cure:
		_, err := r.Contracts.Cure(ctx, c.id, contract.Cured{Reason: e.because("已纠正")})
		return err
	case e.Credit != nil:
		return r.charge(ctx, c, charge.Input{Kind: charge.Credit, Amount: *e.Credit, On: e.On, Reason: e.because("减免")})
	case e.Fine != nil:
		return r.charge(ctx, c, charge.Input{Kind: charge.Fine, Amount: *e.Fine, On: e.On, Reason: e.because("转付罚款")})
	case e.Visit != nil:
		if err := r.served(ctx, c); err != nil {
			return err
		}
		if c.Terms.Kind != plan.KindMaintenance {
			return ErrNoVisits
		}
		return r.charge(ctx, c, charge.Input{Kind: charge.Visit, Amount: *e.Visit, On: e.On, Reason: e.because("上门服务")})
	case e.Blocked != nil:
		if err := r.served(ctx, c); err != nil {
			return err
		}
		return r.charge(ctx, c, charge.Input{Kind: charge.Blocked, On: e.On, Submitted: e.Blocked.Submitted, BlockedParts: e.Blocked.Blocked, Reason: e.because("内容拦截")})
	case e.Licence != nil:
		return r.license(ctx, e)
	case e.Dispute != nil:
		return r.dispute(ctx, c, e)
	}
	return fmt.Errorf("event %d does nothing", e.Index)
}

// served refuses what only a contract in force can bring about.
func (r *run) served(ctx context.Context, c *standing) error {
	k, err := r.Contracts.Get(ctx, c.id)
	switch {
	case err != nil:
		return err
	case k.State.Ended():
		return ErrEnded
	case !k.State.Live():
		return ErrNotBegun
	}
	return nil
}

// because is the reason that the file gives, or a plain one.
func (e Event) because(plain string) string {
	if e.Reason != "" {
		return e.Reason
	}
	return plain
}

func (r *run) charge(ctx context.Context, c *standing, in charge.Input) error {
	_, err := r.Charges.Add(ctx, c.id, in)
	return err
}

func (r *run) pay(ctx context.Context, e Event) error {
	in := payment.Input{CustomerID: r.customers[e.Customer], Amount: e.Pay.Amount, ValueDate: e.Pay.ValueDate, Method: payment.Transfer, Note: e.Reason}
	if !e.Pay.DueBy.IsZero() {
		bills, err := r.Bills.OfCustomer(ctx, in.CustomerID)
		if err != nil {
			return err
		}
		in.Amount = 0
		for i := range bills {
			if !bills[i].DueOn.After(e.Pay.DueBy) {
				in.Amount += max(bills[i].Owed(), 0)
			}
		}
		if in.Amount == 0 {
			return nil
		}
	}
	in.Reference = r.reference()
	_, err := r.Payments.Record(ctx, in)
	return err
}

// use counts delivered parts, as the receipts of a hand-off do, in one transaction with the wallet that pays for them.
func (r *run) use(ctx context.Context, c *standing, e Event) error {
	if e.On.Before(c.Start) {
		return ErrNotBegun
	}
	if e.Usage.Parts == 0 {
		return nil
	}
	k, err := r.Contracts.Get(ctx, c.id)
	if err != nil {
		return err
	}
	on := e.On
	if _, last := k.Life(); on.After(last) { // handed off before the end: it counts for the last day that was served
		on = last
	}
	return r.DB.Run(ctx, func(ctx context.Context) error {
		if err := r.Usage.Add(ctx, usage.Row{Day: on, ContractID: c.id, Carrier: e.Usage.Carrier, ServiceCode: e.Usage.Port, Parts: e.Usage.Parts}); err != nil {
			return err
		}
		if !wallet.Has(c.Terms.Kind) {
			return nil
		}
		return r.Wallets.Delivered(ctx, c.id, "", on, e.Usage.Parts)
	})
}

// send asks what the hand-off asks, for all parts or none: the contract (state, suspensions, licences), the cap of the
// day, the wallet.
func (r *run) send(ctx context.Context, c *standing, e Event) error {
	reason, err := r.hindrance(ctx, c, *e.Send)
	if err != nil {
		return err
	}
	s := Send{Contract: c.ID, On: e.On, At: r.Clock.Instant(), Asked: *e.Send}
	if reason == "" {
		s.Allowed = *e.Send
		if c.sentOn != e.On {
			c.sent, c.sentOn = 0, e.On
		}
		c.sent += *e.Send
	} else {
		s.Reason = &reason
	}
	r.out.Sends = append(r.out.Sends, s)
	return nil
}

func (r *run) hindrance(ctx context.Context, c *standing, parts int64) (string, error) {
	now := r.Clock.Instant()
	may, err := r.Contracts.Sendable(ctx, c.id, now)
	if err != nil {
		return "", err
	}
	if !may.Allowed {
		return gate(may.Reasons), nil
	}
	terms, err := r.Contracts.TermsOn(ctx, c.id, now.Date())
	if err != nil {
		return "", err
	}
	used := c.sent
	if c.sentOn != now.Date() {
		used = 0
	}
	if room, capped := terms.Room(used); capped && parts > room {
		return "daily_cap", nil
	}
	if wallet.Has(terms.Kind) {
		ok, err := r.Wallets.CanSend(ctx, c.id, parts)
		if err != nil {
			return "", err
		}
		if !ok {
			return "balance", nil
		}
	}
	return "", nil
}

// gate puts the contract's reasons into one of the words of a scenario. A suspension for want of a licence alone is told as
// that.
func gate(reasons []string) string {
	has := func(f func(string) bool) bool { return slices.ContainsFunc(reasons, f) }
	is := func(want string) func(string) bool { return func(s string) bool { return s == want } }
	switch {
	case has(is("ended")):
		return "ended"
	case has(is("contract_not_active")):
		return "contract_not_active"
	case has(func(s string) bool { return len(s) > 10 && s[:10] == "suspended:" && s != "suspended:licence" }):
		return "suspended"
	case has(func(s string) bool { return s == "licence" || s == "suspended:licence" }):
		return "licence"
	}
	return "suspended"
}

// license enters a period of a licence; the first one of a kind makes it required for every contract of the customer.
func (r *run) license(ctx context.Context, e Event) error {
	if _, err := r.Licences.Adopt(ctx, r.customers[e.Customer], e.Licence.Kind, e.Licence.From, e.Licence.To); err != nil {
		return err
	}
	for _, c := range r.s.Contracts {
		s := r.contracts[c.ID]
		if c.Customer != e.Customer || s.licences[e.Licence.Kind] {
			continue
		}
		if err := r.Contracts.RequireLicence(ctx, s.id, e.Licence.Kind, e.because("试算")); err != nil && !errors.Is(err, contract.ErrState) { // one that has ended needs none
			return err
		}
		s.licences[e.Licence.Kind] = true
	}
	return nil
}

// dispute opens a dispute about the contract's bill of a month, or resolves the one that is open.
func (r *run) dispute(ctx context.Context, c *standing, e Event) error {
	bills, _, err := r.Bills.List(ctx, bill.Query{ContractID: c.id, Month: e.Dispute.Month, Limit: 100})
	if err != nil {
		return err
	}
	if len(bills) == 0 {
		return ErrNoBill
	}
	open, about := "", bills[len(bills)-1].ID
	for _, b := range bills { // the newest first
		found, _, err := r.Bills.Disputes(ctx, bill.NoteQuery{BillID: b.ID, States: []string{string(bill.DisputeOpen)}, Limit: 100})
		if err != nil {
			return err
		}
		for _, d := range found {
			if open == "" && (!e.Dispute.Open || d.AmountFen == e.Dispute.Amount) {
				open = d.ID
			}
		}
	}
	if e.Dispute.Open && (open == "" || e.Dispute.Outcome == "") {
		d, err := r.Bills.Dispute(ctx, about, bill.DisputeInput{Amount: e.Dispute.Amount, Reason: e.because("客户提出异议"), On: e.On})
		if err != nil {
			return err
		}
		open = d.ID
	}
	if e.Dispute.Outcome == "" {
		return nil
	}
	if open == "" {
		return ErrNoDispute
	}
	_, err = r.Bills.ResolveDispute(ctx, open, bill.DisputeState(e.Dispute.Outcome), e.because("异议已处理"))
	return err
}

// settle does at once what finance does when an ended contract owes nothing any more: the deposit and what is left in the wallet go back,
// the file is closed.
func (r *run) settle(ctx context.Context, day caldate.Date) error {
	for _, want := range [][]contract.State{{contract.Expired, contract.Terminated}, {contract.Settled}} {
		var found []string
		if err := r.DB.Q(ctx).Raw("SELECT id FROM contracts WHERE state IN ? ORDER BY number", want).Scan(&found).Error; err != nil {
			return fmt.Errorf("contracts that have ended: %w", err)
		}
		if len(found) == 0 {
			continue
		}
		if want[0] != contract.Settled { // money that came a moment ago may have settled one
			if _, err := r.Dunning.SettleEnded(ctx); err != nil {
				return fmt.Errorf("settle on %s: %w", day, err)
			}
			continue
		}
		for _, id := range found {
			c := r.contracts[r.ids[id]]
			if err := r.refund(ctx, c, day); err != nil {
				return err
			}
			if err := r.emptyWallet(ctx, c); err != nil {
				return err
			}
			if err := r.Contracts.Close(ctx, id, "押金已退还，无欠款 · deposit returned, nothing owed"); err != nil {
				return fmt.Errorf("close contract %s: %w", c.ID, err)
			}
		}
	}
	return nil
}

// emptyWallet pays the refund that the end of the contract has asked for.
func (r *run) emptyWallet(ctx context.Context, c *standing) error {
	moves, _, err := r.Wallets.Moves(ctx, wallet.Query{ContractID: c.id, State: wallet.Requested, Limit: 100})
	if err != nil {
		return fmt.Errorf("wallet of contract %s: %w", c.ID, err)
	}
	for _, m := range moves {
		if m.Kind != wallet.Refund {
			continue
		}
		if _, err := r.Wallets.Decide(as(ctx, "finance_lead"), m.ID, wallet.Decision{Confirm: true, Reference: r.reference()}); err != nil {
			return fmt.Errorf("refund of the wallet of contract %s: %w", c.ID, err)
		}
	}
	return nil
}

// refund gives the deposit back, asked for by one person and approved by another.
func (r *run) refund(ctx context.Context, c *standing, day caldate.Date) error {
	d, err := r.Deposits.Of(ctx, c.id)
	if err != nil || d.Held == 0 {
		return err
	}
	m, err := r.Deposits.RequestRefund(as(ctx, "finance"), c.id, deposit.Input{Amount: d.Held, On: day, Method: payment.Transfer, Reference: r.reference(), Reason: "合同终止，款项结清"})
	if err != nil {
		return fmt.Errorf("refund of contract %s: %w", c.ID, err)
	}
	if _, err := r.Deposits.DecideRefund(as(ctx, "finance_lead"), m.ID, true); err != nil {
		return fmt.Errorf("refund of contract %s: %w", c.ID, err)
	}
	return nil
}

// as is a person of the trial's own.
func as(ctx context.Context, role string) context.Context {
	return actor.With(ctx, actor.Actor{UserID: "trial-" + role, Login: role, Name: role, Roles: []string{role}, Scope: actor.Scope{All: true}, RequestID: "trial"})
}
