package wallet

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/plan"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Payer takes what is left of a wallet as money of the customer that pays what is owed, and posts it. The number of the
// move makes it count once.
type Payer interface {
	Offset(ctx context.Context, customerID, contractID string, amount money.Fen, on caldate.Date, number, note string) error
}

// Deps are the parts that the service stands on.
type Deps struct {
	Contracts *contract.Service
	Customers *customer.Service
	Documents *document.Service // nil: proofs are taken as they are named
	Ledger    *ledger.Service
	Notices   *notice.Service
	Provider  paper.Party
}

// Service keeps wallets.
type Service struct {
	Deps
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	payer Payer
	store store

	kinds sync.Map // contract id → whose (a contract's kind never changes), so that receipts of others cost nothing
}

// whose is what never changes about a contract.
type whose struct {
	customerID string
	has        bool
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	s := &Service{Deps: deps, db: d, clock: c, trail: t, store: store{d}}
	deps.Contracts.UseWallet(s) // a prepaid term renews itself when it was paid for
	return s
}

// PayThrough has the rest of wallets that are offset paid in at p.
func (s *Service) PayThrough(p Payer) { s.payer = p }

// asSystem reads contracts for whoever sends or reports: the wallet's own work does not depend on who asks.
func asSystem(ctx context.Context) context.Context {
	return actor.With(ctx, actor.System("job:wallet"))
}

func (s *Service) whose(ctx context.Context, contractID string) (whose, error) {
	if w, ok := s.kinds.Load(contractID); ok {
		return w.(whose), nil
	}
	c, err := s.Contracts.Get(asSystem(ctx), contractID)
	if err != nil {
		return whose{}, err
	}
	w := whose{c.CustomerID, Has(c.Kind)}
	s.kinds.Store(contractID, w)
	return w, nil
}

// Has tells whether a contract pays from a wallet.
func (s *Service) Has(ctx context.Context, contractID string) (bool, error) {
	w, err := s.whose(ctx, contractID)
	return w.has, err
}

// priced is a contract with the terms of all its days.
func (s *Service) priced(ctx context.Context, contractID string) (*contract.Billable, error) {
	sys := asSystem(ctx)
	c, err := s.Contracts.Get(sys, contractID)
	if err != nil {
		return nil, err
	}
	dated, err := s.Contracts.TermsOf(sys, contractID)
	if err != nil {
		return nil, err
	}
	if len(dated) == 0 {
		dated = []contract.DatedTerms{{ContractID: c.ID, EffectiveFrom: c.StartDate, Terms: c.Terms, CreatedAt: c.CreatedAt}}
	}
	return &contract.Billable{Contract: *c, Dated: dated}, nil
}

// unit is the most that one part may cost today.
func unit(b *contract.Billable, today caldate.Date) money.Decimal {
	t, agreed, changes := b.TermsIn(today.MonthOf())
	most := t.HighestPrice(today, agreed)
	for _, c := range changes {
		if p := c.Terms.HighestPrice(today, agreed); !c.From.After(today) && (p.Cmp(most) > 0 || c.Terms.Tiers == nil) {
			most = p
		}
	}
	return most
}

// cost prices what money paid for in a month, by day.
func cost(b *contract.Billable, m caldate.Month, days []Day) (gross, net money.Fen) {
	t, agreed, changes := b.TermsIn(m)
	first, last := b.Life()
	f := plan.MonthFacts{Month: m, Start: first, PricedOn: agreed, Changes: changes}
	if !last.Before(m.First()) {
		f.End = last
	}
	if f.Start.After(m.Last()) { // receipts from before the first day of service are priced by the first terms
		f.Start = m.First()
	}
	for _, d := range days {
		if d.MoneyParts > 0 {
			f.Used = append(f.Used, plan.Use{On: d.Day, Parts: d.MoneyParts})
		}
	}
	for _, l := range plan.WalletCost(t, f) {
		gross, net = gross+l.Amount, net+l.Net
	}
	return gross, net
}

// Query narrows lists; the newest comes first.
type Query struct {
	ContractID string
	State      State
	Low        bool
	Q          string // part of a contract's number or a customer's name
	Cursor     string
	Limit      int
}

// Listed is a wallet in a list.
type Listed struct {
	Standing
	ContractNumber string
	CustomerName   string
}

// List gives a page of the wallets in the actor's scope, and how many there are.
func (s *Service) List(ctx context.Context, q Query) ([]Listed, int64, error) {
	return s.store.list(ctx, q)
}

// Of gives what the wallet of a contract within the actor's scope holds. Errors: contract.ErrNotFound, ErrNone.
func (s *Service) Of(ctx context.Context, contractID string) (Standing, error) {
	c, err := s.Contracts.Get(ctx, contractID)
	if err != nil {
		return Standing{}, err
	}
	if !Has(c.Kind) {
		return Standing{}, ErrNone
	}
	w, err := s.store.get(ctx, contractID)
	if err != nil || w == nil {
		return Standing{ContractID: c.ID, CustomerID: c.CustomerID}, err
	}
	return w.standing(), nil
}

// Moves gives a page of the documents of wallets within the actor's scope, and how many there are.
func (s *Service) Moves(ctx context.Context, q Query) ([]Move, int64, error) {
	return s.store.moves(ctx, q)
}

// Move gives one document.
func (s *Service) Move(ctx context.Context, id string) (*Move, error) { return s.store.move(ctx, id) }

// Months gives what a contract's wallet paid by month, the newest first.
func (s *Service) Months(ctx context.Context, contractID string) ([]Month, error) {
	if _, err := s.Of(ctx, contractID); err != nil {
		return nil, err
	}
	return s.store.monthsOf(ctx, contractID)
}

// Lots gives all message credits of a contract, the oldest first.
func (s *Service) Lots(ctx context.Context, contractID string) ([]Lot, error) {
	if _, err := s.Of(ctx, contractID); err != nil {
		return nil, err
	}
	return s.store.lots(ctx, contractID, true)
}

// Reservations gives what batches of a contract have set aside, open ones first.
func (s *Service) Reservations(ctx context.Context, contractID string) ([]Reservation, error) {
	if _, err := s.Of(ctx, contractID); err != nil {
		return nil, err
	}
	return s.store.reservations(ctx, contractID, 100)
}

// Available is what can still be reserved or sent: money and message credits.
func (s *Service) Available(ctx context.Context, contractID string) (money.Fen, int64, error) {
	w, err := s.store.get(ctx, contractID)
	if err != nil || w == nil {
		return 0, 0, err
	}
	return w.free(), w.freeMessages(), nil
}

// CanSend tells whether credits and money that nothing is reserved for cover so many parts now, at today's prices. Contracts
// that don't pay in advance can.
func (s *Service) CanSend(ctx context.Context, contractID string, parts int64) (bool, error) {
	who, err := s.whose(ctx, contractID)
	if err != nil || !who.has || parts <= 0 {
		return true, err
	}
	w, err := s.store.get(ctx, contractID)
	if err != nil || w == nil {
		return false, err
	}
	need := parts - w.freeMessages()
	if need <= 0 {
		return true, nil
	}
	b, err := s.priced(ctx, contractID)
	if err != nil {
		return false, err
	}
	today := s.clock.Today()
	days, err := s.store.days(ctx, contractID, today.MonthOf())
	if err != nil {
		return false, err
	}
	before, _ := cost(b, today.MonthOf(), days)
	after, _ := cost(b, today.MonthOf(), append(days, Day{Day: today, MoneyParts: need}))
	return after-before <= w.free(), nil
}

// SetThreshold says below which rest a notice goes out; 0 means none. Errors: contract.ErrNotFound, ErrNone, ErrInvalid.
func (s *Service) SetThreshold(ctx context.Context, contractID string, amount money.Fen, messages int64) error {
	var f errs.Fields
	if amount < 0 || amount > money.MaxFen {
		f.Add("threshold_fen", "range", "提醒金额不能为负数或过大", "must be neither negative nor too large")
	}
	if messages < 0 || messages > maxMessages {
		f.Add("threshold_messages", "range", "提醒条数不能为负数或过大", "must be neither negative nor too large")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return err
	}
	c, err := s.Contracts.Get(ctx, contractID)
	if err != nil {
		return err
	}
	if !Has(c.Kind) {
		return ErrNone
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		w, err := s.store.lock(ctx, c.ID, c.CustomerID)
		if err != nil {
			return err
		}
		detail := map[string]any{"threshold_fen": amount, "threshold_messages": messages, "was_fen": w.ThresholdFen, "was_messages": w.ThresholdMessages}
		w.ThresholdFen, w.ThresholdMessages, w.ThresholdOwn = amount, messages, true
		if err := s.finish(ctx, w); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "wallet.threshold", ObjectType: "wallet", ObjectID: c.ID, CustomerID: c.CustomerID, ContractID: c.ID, Detail: detail})
	})
}

// finish saves a wallet after a change and tells those concerned when little is left: once, until there is enough again.
func (s *Service) finish(ctx context.Context, w *row) error {
	left, messages := w.BalanceFen-w.UnpostedFen, w.Messages
	// Credits alone may carry a contract that was never topped up with money, and the other way round.
	low := left <= w.ThresholdFen && messages <= w.ThresholdMessages && (w.ThresholdFen > 0 || w.ThresholdMessages > 0)
	tell := low && w.LowSince.IsZero() && w.EndedOn.IsZero()
	switch {
	case !low:
		w.LowSince = caldate.Instant{}
	case w.LowSince.IsZero():
		w.LowSince = s.clock.Instant()
	}
	if err := s.store.save(ctx, w); err != nil || !tell {
		return err
	}
	c, err := s.Contracts.Get(asSystem(ctx), w.ContractID)
	if err != nil || !c.State.Live() {
		return err
	}
	return s.tell(ctx, c, "wallet_low", map[string]string{"balance": left.Grouped(), "messages": fmt.Sprint(messages)})
}

// tell puts a notice into the inboxes of the customer and of the sales owner.
func (s *Service) tell(ctx context.Context, c *contract.Contract, kind string, vars map[string]string) error {
	all := map[string]string{"customer": c.CustomerName, "contract": c.Number}
	maps.Copy(all, vars)
	about := notice.About{ObjectType: "contract", ObjectID: c.ID, CustomerID: c.CustomerID}
	letters := []notice.Letter{{To: notice.To{CustomerID: c.CustomerID, About: about}, Vars: all}}
	if c.OwnerID != "" {
		letters = append(letters, notice.Letter{To: notice.To{UserID: c.OwnerID, About: about}, Vars: all})
	}
	return s.Notices.SendAll(ctx, kind, letters)
}

func (s *Service) tellFinance(ctx context.Context, c *contract.Contract, kind string, vars map[string]string) error {
	all := map[string]string{"customer": c.CustomerName, "contract": c.Number}
	maps.Copy(all, vars)
	return s.Notices.Send(ctx, notice.To{Role: "finance", About: notice.About{ObjectType: "contract", ObjectID: c.ID, CustomerID: c.CustomerID}}, kind, all, nil)
}

const maxMessages = 1_000_000_000_000

// earliest is the first value date that is believed: nothing of ours is older.
var earliest = caldate.MustParse("2000-01-01")

// check cleans an input and names every wrong field at once.
func (s *Service) check(k Kind, in Input) (Input, errs.Fields) {
	var f errs.Fields
	out := in
	switch {
	case in.Messages < 0 || in.Messages > maxMessages:
		f.Add("messages", "range", "短信条数应为 1 到 1,000,000,000,000", "the number of messages is from 1 to 1,000,000,000,000")
	case in.Amount < 0:
		f.Add("amount_fen", "not_positive", "金额必须大于 0", "the amount must be above 0")
	case in.Amount > money.MaxFen:
		f.Add("amount_fen", "too_large", "金额过大：最多 9,999,999,999,999.99 元，请检查是否多输了数字", "too large: at most 9,999,999,999,999.99 yuan; check for digits too many")
	case in.Amount == 0 && in.Messages == 0:
		f.Add("amount_fen", "not_positive", "请填写金额或短信条数", "give an amount or a number of messages")
	}
	today := s.clock.Today()
	if in.ValueDate.IsZero() && k != TopUp {
		out.ValueDate = today
	}
	switch d := out.ValueDate; {
	case d.IsZero():
		f.Add("value_date", "missing", "请填写到账日期", "give the day on which the money arrived")
	case d.After(today):
		f.Add("value_date", "future", fmt.Sprintf("到账日期 %s 晚于今天（%s），款项到账后再登记", d, today), fmt.Sprintf("the value date %s is after today (%s); record the money when it is there", d, today))
	case d.Before(earliest):
		f.Add("value_date", "too_early", "到账日期过早，请检查年份", "the value date is too long ago; check the year")
	}
	if !in.EndsOn.IsZero() && in.EndsOn.Before(today) {
		f.Add("ends_on", "past", "有效期必须在今天或以后", "the credits must end today or later")
	}
	if in.Method == "" {
		out.Method = Transfer
	}
	out.BankAccount = form.BankAccount(&f, "bank_account", in.BankAccount, false)
	moneyMoves := in.Amount > 0 && k != GiveBack
	switch out.Method {
	case Transfer, Cheque:
		out.Reference = form.Text(&f, "reference", in.Reference, 80, moneyMoves)
	case Cash:
		out.Reference = form.Text(&f, "reference", in.Reference, 80, false)
	default:
		f.Add("method", "unknown", "付款方式请选择：transfer（转账）、cash（现金）、cheque（支票）", "the method must be transfer, cash or cheque")
	}
	if out.Method == Transfer && out.BankAccount == "" {
		out.BankAccount = s.Provider.BankAccount
	}
	out.Note = form.Text(&f, "note", in.Note, 200, k != TopUp)
	return out, f
}

// key makes a move recordable once: money that arrives shares the keys of payments, so that one line of the bank's statement
// is either a payment or a top-up.
func key(k Kind, in Input, number string) string {
	if in.Method == Cash || in.Reference == "" || in.Amount == 0 {
		return string(k) + ":" + number
	}
	account := in.BankAccount
	if account == "" {
		account = string(in.Method)
	}
	if k == Refund {
		return "refund:" + account + ":" + in.Reference
	}
	return "pay:" + account + ":" + in.Reference
}

// TopUp records money (or credits) that came in, with its proof. A person's is credited when a second person of finance
// has seen the money (Decide); one of the system (a matched bank statement, a trial) is credited at once. Errors:
// contract.ErrNotFound, ErrNone, ErrInvalid, ErrState, ErrDuplicate, document.ErrNotFound.
func (s *Service) TopUp(ctx context.Context, contractID string, in Input) (*Move, error) {
	return s.record(ctx, contractID, TopUp, in, func(c *contract.Contract) error {
		if !c.State.Live() && c.State != contract.AwaitingSignature { // the first top-up of a centre is due on the day of signing
			return ErrState.With("state", c.State)
		}
		return nil
	})
}

// GiveBack asks for money or credits to be given back into the wallet for a fault of ours (B08); a second person decides.
// Errors: as TopUp.
func (s *Service) GiveBack(ctx context.Context, contractID string, in Input) (*Move, error) {
	in.Method, in.Reference, in.BankAccount = Transfer, "", ""
	return s.record(ctx, contractID, GiveBack, in, func(c *contract.Contract) error {
		if !c.State.Live() {
			return ErrState.With("state", c.State)
		}
		return nil
	})
}

// RequestRefund asks for the rest of an ended contract's wallet, or a part of it, to be paid back; a second person decides.
// Errors: as TopUp, ErrNotEnded, ErrShort.
func (s *Service) RequestRefund(ctx context.Context, contractID string, in Input) (*Move, error) {
	in.Messages = 0
	return s.record(ctx, contractID, Refund, in, func(c *contract.Contract) error {
		if !c.State.Ended() {
			return ErrNotEnded.With("state", c.State)
		}
		return nil
	})
}

func (s *Service) record(ctx context.Context, contractID string, k Kind, in Input, may func(*contract.Contract) error) (*Move, error) {
	in, f := s.check(k, in)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var m *Move
	err := s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.Contracts.Get(ctx, contractID)
		if err != nil {
			return err
		}
		if !Has(c.Kind) {
			return ErrNone
		}
		if err := may(c); err != nil {
			return err
		}
		if in.DocumentID != "" && s.Documents != nil {
			if _, err := s.Documents.Link(ctx, in.DocumentID, "contract", c.ID, c.CustomerID, c.ID); err != nil {
				return err
			}
		}
		if m, err = s.newMove(ctx, c, k, in); err != nil {
			return err
		}
		if k == Refund {
			w, err := s.store.lock(ctx, c.ID, c.CustomerID)
			if err != nil {
				return err
			}
			asked, err := s.store.refunding(ctx, c.ID)
			if err != nil {
				return err
			}
			if left := w.free() - asked; m.AmountFen > left {
				return ErrShort.Sayf("超过可退余额 %s 元", "more than the %s yuan that can be refunded", max(0, left).Grouped())
			}
		}
		if err := s.insert(ctx, m); err != nil {
			return err
		}
		if err := s.audit(ctx, m, "wallet."+string(k), "", Requested); err != nil {
			return err
		}
		if actor.From(ctx).IsSystem() {
			return s.decide(ctx, m, Decision{Confirm: true})
		}
		return s.tellFinance(ctx, c, "wallet_decision", map[string]string{"what": whatZh[k], "amount": amountWords(m), "recorder": m.RecorderName})
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

var whatZh = map[Kind]string{TopUp: "充值", GiveBack: "补偿", Refund: "退款"}

func amountWords(m *Move) string {
	switch {
	case m.Messages > 0 && m.AmountFen > 0:
		return fmt.Sprintf("%d 条（¥%s）", m.Messages, m.AmountFen.Grouped())
	case m.Messages > 0:
		return fmt.Sprintf("%d 条", m.Messages)
	}
	return "¥" + m.AmountFen.Grouped()
}

func (s *Service) newMove(ctx context.Context, c *contract.Contract, k Kind, in Input) (*Move, error) {
	who, now := actor.From(ctx), s.clock.Instant()
	numbers := moveNumbers
	if k == TopUp {
		numbers = topUpNumbers
	}
	number, err := numbers.Year(now.Date()).Next(ctx, s.db)
	if err != nil {
		return nil, err
	}
	return &Move{
		ID: ids.New(), Number: number, MoveKey: key(k, in, number), ContractID: c.ID, ContractNumber: c.Number, CustomerID: c.CustomerID, CustomerName: c.CustomerName,
		Kind: k, State: Requested, AmountFen: in.Amount, Messages: in.Messages, OnDate: in.ValueDate, CreditsEnd: in.EndsOn, Method: in.Method, BankAccount: in.BankAccount,
		Reference: in.Reference, DocumentID: in.DocumentID, Reason: in.Note, RecordedBy: who.UserID, RecorderName: who.Name, RecordedAt: now,
	}, nil
}

func (s *Service) insert(ctx context.Context, m *Move) error {
	err := s.store.insertMove(ctx, m)
	if db.IsDuplicate(err) {
		return duplicate(m)
	}
	return err
}

func duplicate(m *Move) error {
	return ErrDuplicate.With("reference", m.Reference).At("reference", "duplicate", "流水号 "+m.Reference+" 已登记", "reference "+m.Reference+" is recorded already")
}

func (s *Service) audit(ctx context.Context, m *Move, action string, from, to State) error {
	reason := m.Reason
	if m.DecisionReason != "" {
		reason = m.DecisionReason
	}
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "wallet_move", ObjectID: m.ID, CustomerID: m.CustomerID, ContractID: m.ContractID, From: string(from), To: string(to), Reason: reason, On: m.OnDate,
		Detail: map[string]any{"number": m.Number, "amount_fen": m.AmountFen, "messages": m.Messages, "reference": m.Reference},
	})
}

// Decide confirms a move that waits (the money was seen, or is to leave) or rejects it; not by who recorded it. What is
// confirmed counts from today on. Errors: ErrNotFound, ErrOwn, ErrDecided, ErrShort, ErrDuplicate, ErrInvalid.
func (s *Service) Decide(ctx context.Context, id string, d Decision) (*Move, error) {
	var f errs.Fields
	d.Reason = form.Text(&f, "reason", d.Reason, 200, !d.Confirm)
	d.Reference = form.Text(&f, "reference", d.Reference, 80, false)
	d.BankAccount = form.BankAccount(&f, "bank_account", d.BankAccount, false)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var m *Move
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if m, err = s.store.move(ctx, id); err != nil {
			return err
		}
		if m.State != Requested {
			return ErrDecided
		}
		if m.RecordedBy == actor.From(ctx).UserID {
			return ErrOwn
		}
		return s.decide(ctx, m, d)
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

func (s *Service) decide(ctx context.Context, m *Move, d Decision) error {
	who, now := actor.From(ctx), s.clock.Instant()
	m.DecidedBy, m.DeciderName, m.DecidedAt, m.DecisionReason = who.UserID, who.Name, now, d.Reason
	if !d.Confirm {
		m.State, m.MoveKey = Rejected, "rejected:"+m.Number // no money moved: its reference may be entered again
		if ok, err := s.store.decide(ctx, m); err != nil || !ok {
			return errors.Join(err, ifNot(ok, ErrDecided))
		}
		return s.audit(ctx, m, "wallet.reject", Requested, Rejected)
	}
	m.State, m.CreditedOn = Done, now.Date()
	if m.Kind == Refund {
		if m.Reference == "" { // the system asked: whoever pays says how
			if d.Method != "" {
				m.Method = d.Method
			}
			m.BankAccount, m.Reference = d.BankAccount, d.Reference
			if m.BankAccount == "" {
				m.BankAccount = s.Provider.BankAccount
			}
			if m.Reference == "" && m.Method != Cash {
				return ErrInvalid.At("reference", "missing", "请填写付款的银行流水号", "give the bank's reference of the payment")
			}
			m.MoveKey = key(Refund, Input{Amount: m.AmountFen, Method: m.Method, BankAccount: m.BankAccount, Reference: m.Reference}, m.Number)
		}
		if m.OnDate.Before(m.CreditedOn) {
			m.OnDate = m.CreditedOn // no money leaves before it is approved
		}
	}
	ok, err := s.store.decide(ctx, m)
	switch {
	case db.IsDuplicate(err):
		return duplicate(m)
	case err != nil:
		return err
	case !ok:
		return ErrDecided
	}
	if err := s.carryOut(ctx, m); err != nil {
		return err
	}
	return s.audit(ctx, m, "wallet.confirm", Requested, Done)
}

func ifNot(ok bool, err error) error {
	if ok {
		return nil
	}
	return err
}

// carryOut changes the wallet and the ledger by a move that is done.
func (s *Service) carryOut(ctx context.Context, m *Move) error {
	w, err := s.store.lock(ctx, m.ContractID, m.CustomerID)
	if err != nil {
		return err
	}
	b, err := s.priced(ctx, m.ContractID)
	if err != nil {
		return err
	}
	var lines []ledger.Line
	rate := plan.TaxRate(b.Kind.Tax(), m.OnDate)
	net, tax := m.AmountFen.NetOfTax(rate)
	switch m.Kind {
	case TopUp:
		to := ledger.Wallet
		if m.Messages > 0 {
			to = ledger.Credits
			if err := s.grant(ctx, w, m, m.AmountFen); err != nil {
				return err
			}
			if !w.ThresholdOwn {
				w.ThresholdMessages = m.Messages / 10
			}
		} else {
			w.BalanceFen += m.AmountFen
			if !w.ThresholdOwn {
				w.ThresholdFen = m.AmountFen / 10
			}
		}
		lines = []ledger.Line{ledger.Dr(ledger.Bank, m.AmountFen), ledger.Cr(to, m.AmountFen)}
	case GiveBack:
		if m.Messages > 0 {
			if err := s.grant(ctx, w, m, 0); err != nil {
				return err
			}
		}
		w.BalanceFen += m.AmountFen
		lines = []ledger.Line{ledger.Dr(ledger.Revenue(string(plan.ChargeCredit)), net), ledger.Dr(ledger.VATPayable, tax), ledger.Cr(ledger.Wallet, m.AmountFen)}
	case Refund:
		if m.AmountFen > w.BalanceFen-w.UnpostedFen-w.ReservedFen {
			return ErrShort.Sayf("超过可退余额 %s 元", "more than the %s yuan that can be refunded", w.free().Grouped())
		}
		w.BalanceFen -= m.AmountFen
		lines = []ledger.Line{ledger.Dr(ledger.Wallet, m.AmountFen), ledger.Cr(ledger.Bank, m.AmountFen)}
	case Offset:
		w.BalanceFen -= m.AmountFen
		if err := s.payer.Offset(ctx, m.CustomerID, m.ContractID, m.AmountFen, m.OnDate, m.Number, "预存款余额抵扣 "+m.Number); err != nil {
			return err
		}
	case Forfeit:
		w.BalanceFen -= m.AmountFen
		lines = []ledger.Line{ledger.Dr(ledger.Wallet, m.AmountFen), ledger.Cr(ledger.Revenue("forfeited"), net), ledger.Cr(ledger.VATPayable, tax)}
	case Convert:
		w.BalanceFen += m.AmountFen
		lines = []ledger.Line{ledger.Dr(ledger.Credits, m.AmountFen), ledger.Cr(ledger.Wallet, m.AmountFen)}
	}
	if len(lines) > 0 && m.AmountFen > 0 {
		k := m.MoveKey
		if m.Kind != TopUp {
			k = "wallet:" + m.Number
		}
		on := m.OnDate
		if m.Kind == TopUp || m.Kind == GiveBack {
			on = m.CreditedOn // it counts from the day on which it was credited; the bank's day stands on the document
		}
		err := s.Ledger.Post(ctx, ledger.Entry{Key: k, Kind: ledger.Kind("wallet_" + string(m.Kind)), On: on, CustomerID: m.CustomerID, ContractID: m.ContractID,
			DocumentType: "wallet_move", DocumentID: m.ID, Lines: lines})
		if errors.Is(err, ledger.ErrPosted) {
			return duplicate(m)
		}
		if err != nil {
			return err
		}
	}
	if err := s.finish(ctx, w); err != nil {
		return err
	}
	switch m.Kind {
	case TopUp, GiveBack:
		return s.tell(ctx, &b.Contract, "wallet_credited", map[string]string{
			"what": whatZh[m.Kind], "amount": amountWords(m), "number": m.Number, "balance": (w.BalanceFen - w.UnpostedFen).Grouped(), "messages": fmt.Sprint(w.Messages),
		})
	case Refund:
		if err := s.tell(ctx, &b.Contract, "wallet_refunded", map[string]string{"amount": m.AmountFen.Grouped(), "number": m.Number}); err != nil {
			return err
		}
		return s.Contracts.WalletChanged(ctx, m.ContractID) // a settled contract waits for it
	case Offset, Forfeit:
		return s.Contracts.WalletChanged(ctx, m.ContractID)
	}
	return nil
}

// grant puts message credits into a wallet.
func (s *Service) grant(ctx context.Context, w *row, m *Move, fee money.Fen) error {
	w.Messages += m.Messages
	return s.store.insertLot(ctx, &Lot{ID: ids.New(), ContractID: m.ContractID, CustomerID: m.CustomerID, MoveID: m.ID, Messages: m.Messages, FeeFen: fee,
		GrantedOn: m.CreditedOn, EndsOn: m.CreditsEnd})
}

// Receipt renders the receipt of a top-up: amount in figures and capitals. Errors: ErrNotFound.
func (s *Service) Receipt(ctx context.Context, moveID string) (name string, pdf []byte, err error) {
	m, err := s.store.move(ctx, moveID)
	if err != nil {
		return "", nil, err
	}
	if m.Kind != TopUp || m.State != Done || m.AmountFen == 0 {
		return "", nil, ErrNotFound
	}
	payer := paper.Party{Name: m.CustomerName}
	if c, err := s.Customers.Get(ctx, m.CustomerID); err == nil {
		payer.USCC, payer.Address = c.USCC, c.Address
	}
	purpose := "短信预存款"
	if m.Messages > 0 {
		purpose = fmt.Sprintf("短信 %d 条", m.Messages)
	}
	pdf, err = paper.Receipt(paper.ReceiptData{Number: m.Number, Title: "预存款收据", Purpose: purpose, ContractNumber: m.ContractNumber, Payee: s.Provider, Payer: payer,
		Amount: m.AmountFen, Method: m.Method.Zh(), Reference: m.Reference, ReceivedOn: m.OnDate, IssuedOn: m.DecidedAt.Date(), Handler: m.DeciderName,
		Notes: []string{"预存款按成功送达的短信逐条扣减，余额可在门户中随时查看。"}})
	if err != nil {
		return "", nil, fmt.Errorf("receipt of top-up %s: %w", m.Number, err)
	}
	return m.Number + ".pdf", pdf, nil
}
