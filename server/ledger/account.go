package ledger

import (
	"context"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/money"
)

// ErrPeriod says that a statement's period ends before it starts.
var ErrPeriod = errs.Invalid("ledger.period", "起始日期晚于结束日期", "the period ends before it starts")

// AccountQuery asks for the movements of an account, of one customer or contract where they are given, on the days From to
// To (both may be open). They come in the order of days and, within one, of posting.
type AccountQuery struct {
	Account    Account
	CustomerID string
	ContractID string
	From, To   caldate.Date
	After      Place // continues after a movement
	Limit      int
}

// Place is where a movement stands in the order of an account.
type Place struct {
	On      caldate.Date
	EntryID string
	Seq     int
}

// Movement is one line of an account with what it led to.
type Movement struct {
	Place
	Key          string
	Kind         Kind
	PostedAt     caldate.Instant
	CustomerID   string
	ContractID   string
	DocumentType string
	DocumentID   string
	Amount       money.Fen // debit positive
	Balance      money.Fen `gorm:"-"` // after it, as people read it
}

// AccountStatement is an account over a period: opening balance, movements, closing balance (of the whole period, whatever the page).
type AccountStatement struct {
	Opening   money.Fen // before From, as people read it
	Debit     money.Fen // of the whole period
	Credit    money.Fen
	Closing   money.Fen
	Count     int64
	Movements []Movement
}

// Statement gives the movements of an account within the actor's scope. Errors: ErrPeriod.
func (s *Service) Statement(ctx context.Context, q AccountQuery) (*AccountStatement, error) {
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		return nil, ErrPeriod
	}
	var out AccountStatement
	opening, err := s.store.before(ctx, q)
	if err != nil {
		return nil, err
	}
	sums, err := s.store.turnover(ctx, q)
	if err != nil {
		return nil, err
	}
	running := opening
	if q.After.EntryID != "" {
		passed, err := s.store.passed(ctx, q)
		if err != nil {
			return nil, err
		}
		running += passed
	}
	if out.Movements, err = s.store.movements(ctx, q); err != nil {
		return nil, err
	}
	for i := range out.Movements {
		m := &out.Movements[i]
		running += m.Amount
		m.Balance = q.Account.natural(running)
	}
	out.Opening, out.Debit, out.Credit, out.Count = q.Account.natural(opening), sums.Debit, sums.Credit, sums.Count
	out.Closing = q.Account.natural(opening + sums.Debit - sums.Credit)
	return &out, nil
}
