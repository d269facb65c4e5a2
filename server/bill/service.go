package bill

import (
	"context"
	"fmt"
	"log/slog"

	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/paper"
	"sealgate/server/payable"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/trail"
	"sealgate/server/usage"
	"sealgate/server/wallet"
)

// Watcher is told, in the transaction of the bills, of a customer who has money left and got new bills.
type Watcher interface {
	BillsIssued(ctx context.Context, customerID string, on caldate.Date) error
	// BillAmended: a note was issued, or a dispute opened or decided.
	BillAmended(ctx context.Context, customerID string) error
}

// NoteWatcher is told of a new note in its transaction: other papers of the bill (its tax invoice) have to follow.
type NoteWatcher interface {
	NoteIssued(ctx context.Context, n *Note) error
}

// ClosedWatcher is told of a bill that was paid in full or became void, in the transaction of that.
type ClosedWatcher interface {
	BillClosed(ctx context.Context, b *Bill) error
}

// Deps are the parts that the service stands on.
type Deps struct {
	Contracts *contract.Service
	Customers *customer.Service
	Usage     *usage.Service
	Ledger    *ledger.Service
	Notices   *notice.Service
	Provider  paper.Party       // who issues the bills and where they are paid to
	Wallets   *wallet.Service   // nil: nobody pays in advance
	Charges   *charge.Service   // nil: there are no extras
	Payables  *payable.Service  // nil: no ports are bought
	Documents *document.Service // evidence of notes and disputes is linked to its bill; may be nil
	NoteLimit money.Fen         // above it, a note needs a second person; 0: DefaultNoteLimit
}

// DefaultNoteLimit is up to which amount one person may issue a credit or debit note.
const DefaultNoteLimit = money.Fen(1_000_00)

// Service issues and shows bills.
type Service struct {
	db        *db.DB
	clock     clock.Clock
	trail     *trail.Trail
	contracts *contract.Service
	customers *customer.Service
	usage     *usage.Service
	ledger    *ledger.Service
	notices   *notice.Service
	wallets   *wallet.Service
	charges   *charge.Service
	payables  *payable.Service
	provider  paper.Party
	watcher   Watcher
	exempter  Exempter
	log       *slog.Logger
	store     store

	noteLimit    money.Fen
	noteWatchers []NoteWatcher
	closeWatcher []ClosedWatcher
	documents    *document.Service
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail, deps Deps) *Service {
	if deps.NoteLimit == 0 {
		deps.NoteLimit = DefaultNoteLimit
	}
	return &Service{noteLimit: deps.NoteLimit, documents: deps.Documents, db: d, clock: c, trail: t, contracts: deps.Contracts, customers: deps.Customers, usage: deps.Usage, ledger: deps.Ledger,
		notices: deps.Notices, wallets: deps.Wallets, charges: deps.Charges, payables: deps.Payables, provider: deps.Provider, log: slog.Default(), store: store{d}}
}

// Watch has w told of new bills.
func (s *Service) Watch(w Watcher) { s.watcher = w }

// WatchNotes has w told of new notes.
func (s *Service) WatchNotes(w NoteWatcher) { s.noteWatchers = append(s.noteWatchers, w) }

// Query narrows a list of bills; the newest month comes first.
type Query struct {
	ContractID string
	CustomerID string
	States     []string
	Month      caldate.Month
	Q          string // part of a bill's, contract's number or of the customer's name
	Cursor     string
	Limit      int
}

// Totals are sums over all bills that fit a query.
type Totals struct {
	Count   int64
	Total   money.Fen
	Paid    money.Fen
	LateFee money.Fen
	Owed    money.Fen
}

// List gives a page of bills within the actor's scope, with the totals of the whole filter.
func (s *Service) List(ctx context.Context, q Query) ([]Bill, Totals, error) {
	return s.store.list(ctx, q)
}

// Get gives a bill within the actor's scope, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Bill, error) { return s.store.byID(ctx, id) }

// OfCustomer gives all bills of a customer that are not void, the oldest first.
func (s *Service) OfCustomer(ctx context.Context, customerID string) ([]Bill, error) {
	return s.store.ofCustomer(ctx, customerID)
}

// Exempter knows on which days customers are charged no late fee (dunning's exceptions); customers without any are left out.
type Exempter interface {
	ExemptDays(ctx context.Context, customerIDs []string) (map[string][]Exempt, error)
}

// ExemptBy has e asked for exceptions whenever claims are read.
func (s *Service) ExemptBy(e Exempter) { s.exempter = e }

// exempt adds the days on which exceptions spare the late fee.
func (s *Service) exempt(ctx context.Context, claims []Claim) error {
	if s.exempter == nil || len(claims) == 0 {
		return nil
	}
	var customers []string
	seen := map[string]bool{}
	for _, c := range claims {
		if !seen[c.CustomerID] {
			seen[c.CustomerID] = true
			customers = append(customers, c.CustomerID)
		}
	}
	days, err := s.exempter.ExemptDays(ctx, customers)
	if err != nil || len(days) == 0 {
		return err
	}
	for i := range claims {
		for _, e := range days[claims[i].CustomerID] {
			if e.ContractID == "" || e.ContractID == claims[i].ContractID {
				claims[i].Exempt = append(claims[i].Exempt, e)
			}
		}
	}
	return nil
}

// WatchClosed has w told of bills that are paid or void.
func (s *Service) WatchClosed(w ClosedWatcher) { s.closeWatcher = append(s.closeWatcher, w) }

// Claims reads bills with what happened to each since its issue: its notes and disputes, whether another took its place, and
// the days on which an exception spares the late fee. Only bills to which something has happened cost a look.
func (s *Service) Claims(ctx context.Context, bills []Bill) ([]Claim, error) {
	out, err := s.claims(ctx, bills)
	if err != nil {
		return nil, err
	}
	return out, s.exempt(ctx, out)
}

func (s *Service) claims(ctx context.Context, bills []Bill) ([]Claim, error) {
	out := make([]Claim, len(bills))
	var ids []string
	for i := range bills {
		var err error
		if out[i], err = bills[i].Claim(); err != nil {
			return nil, err
		}
		if bills[i].Amendments > 0 {
			ids = append(ids, bills[i].ID)
		}
	}
	if err := s.store.place(ctx, out); err != nil || len(ids) == 0 {
		return out, err
	}
	notes, err := s.store.notesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	disputes, err := s.store.disputesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	byBill := make(map[string]*Claim, len(ids))
	for i := range out {
		byBill[out[i].ID] = &out[i]
	}
	for i := range notes {
		c := byBill[notes[i].BillID]
		c.Notes = append(c.Notes, notes[i].Noted())
	}
	for i := range disputes {
		c := byBill[disputes[i].BillID]
		c.Disputes = append(c.Disputes, disputes[i].Disputed())
	}
	return out, nil
}

// AllOfCustomer gives all bills of a customer, void ones too: money that was on a bill until it was taken back counts until
// then.
func (s *Service) AllOfCustomer(ctx context.Context, customerID string) ([]Bill, error) {
	return s.store.allOfCustomer(ctx, customerID)
}

// Run gives the report of a run.
func (s *Service) Run(ctx context.Context, id string) (Report, error) { return s.store.run(ctx, id) }

// Runs gives the newest reports.
func (s *Service) Runs(ctx context.Context, limit int) ([]Report, error) {
	return s.store.runs(ctx, limit)
}

// SetStatus writes what the status of a bill came to be, if it still is as it was read (was), and the audit row where the
// state changed. It joins the transaction of the payment or of the day that changed it.
func (s *Service) SetStatus(ctx context.Context, b *Bill, was Status, on caldate.Date, reason string) error {
	if b.Status == was {
		return nil
	}
	if b.State != was.State && !CanMove(was.State, b.State) {
		return ErrState.With("bill", b.Number).With("from", was.State).With("to", b.State)
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		ok, err := s.store.setStatus(ctx, b, was)
		if err != nil {
			return fmt.Errorf("status of bill %s: %w", b.Number, err)
		}
		if !ok {
			return ErrStale.With("bill", b.Number)
		}
		if b.State == was.State {
			return nil
		}
		if b.State == Paid || b.State == Void {
			for _, w := range s.closeWatcher {
				if err := w.BillClosed(ctx, b); err != nil {
					return err
				}
			}
		}
		return s.trail.Record(ctx, trail.Entry{Action: "bill." + string(b.State), ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID,
			From: string(was.State), To: string(b.State), Reason: reason, On: on, Detail: map[string]any{"number": b.Number, "owed_fen": b.Owed(), "late_fee_fen": b.LateFeeFen}})
	})
}

// Accrue brings overdue bills that have not been touched since they were read up to a day, many in one statement: their late
// fees grow by the days that were just stored. It joins the transaction of the day's job.
func (s *Service) Accrue(ctx context.Context, bills []*Bill, day caldate.Date) error {
	ids := make([]string, len(bills))
	var audits []trail.Entry
	for i, b := range bills {
		ids[i] = b.ID
		if b.State != Overdue {
			audits = append(audits, trail.Entry{Action: "bill.overdue", ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID,
				From: string(b.State), To: string(Overdue), Reason: "not_paid_by_due_date", On: day, Detail: map[string]any{"number": b.Number, "owed_fen": b.Owed()}})
		}
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		n, err := s.store.accrue(ctx, ids, day)
		if err != nil {
			return fmt.Errorf("late fees of %s: %w", day, err)
		}
		if n != int64(len(bills)) {
			return ErrStale
		}
		if len(audits) == 0 {
			return nil
		}
		return s.trail.Record(ctx, audits...)
	})
}

// LockAccounts makes others who would settle or bill these customers wait until the transaction ends.
func (s *Service) LockAccounts(ctx context.Context, customerIDs []string) error {
	return s.store.lockAccounts(ctx, customerIDs)
}
