package payment

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/bankfile"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
	"sealgate/server/trail"
)

// LineQuery narrows the list of bank lines; open ones are listed by value date, the oldest first.
type LineQuery struct {
	States      []string
	Direction   bankfile.Direction
	BankAccount string
	ImportID    string
	From, To    caldate.Date
	Q           string // part of name, purpose or reference
	Cursor      []string
	Limit       int
}

// LineSums are totals over all lines that fit a query.
type LineSums struct {
	Count int64
	In    money.Fen
	Out   money.Fen
}

// Suggested is a line with what it may be.
type Suggested struct {
	BankLine
	Suggestions []Suggestion
	Number      string // of the document that it was matched to
	Customer    string // its customer's name
}

// BankLines gives a page of lines with suggestions for those that are open or parked.
func (s *Service) BankLines(ctx context.Context, q LineQuery) ([]Suggested, LineSums, error) {
	lines, sums, err := s.store.lines(ctx, q)
	if err != nil {
		return nil, sums, err
	}
	out, err := s.suggest(ctx, lines)
	return out, sums, err
}

// LineByID gives one line with its suggestions, else ErrLineNotFound.
func (s *Service) LineByID(ctx context.Context, id string) (*Suggested, error) {
	l, err := s.store.line(ctx, id)
	if err != nil {
		return nil, err
	}
	out, err := s.suggest(ctx, []BankLine{*l})
	if err != nil {
		return nil, err
	}
	return &out[0], nil
}

// SureLines gives the ids of the open lines of a query that are sure, and their sums: what "confirm all" would take.
func (s *Service) SureLines(ctx context.Context, q LineQuery) (matches []Match, sums LineSums, err error) {
	q.States, q.Limit, q.Cursor = []string{string(LineOpen)}, maxConfirm, nil
	lines, _, err := s.BankLines(ctx, q)
	for _, l := range lines {
		if len(l.Suggestions) == 0 || !l.Suggestions[0].Sure {
			continue
		}
		g := l.Suggestions[0]
		matches = append(matches, Match{LineID: l.ID, Kind: g.Kind, CustomerID: g.CustomerID, DocumentID: g.DocumentID})
		sums.Count++
		if l.Direction == bankfile.In {
			sums.In += l.AmountFen
		} else {
			sums.Out += l.AmountFen
		}
	}
	return matches, sums, err
}

func (s *Service) suggest(ctx context.Context, lines []BankLine) ([]Suggested, error) {
	out := make([]Suggested, len(lines))
	var credits, others []*BankLine
	for i := range lines {
		out[i].BankLine = lines[i]
		if l := &lines[i]; l.State == LineOpen || l.State == LineParked {
			if l.Direction == bankfile.In {
				credits = append(credits, l)
			}
			others = append(others, l)
		}
	}
	candidates, err := s.candidates(ctx, credits)
	if err != nil {
		return nil, err
	}
	documents, err := s.store.documents(ctx, others)
	if err != nil {
		return nil, err
	}
	for i := range out {
		l := &out[i].BankLine
		if l.State != LineOpen && l.State != LineParked {
			if out[i].Number, out[i].Customer, err = s.store.matchedTo(ctx, l); err != nil {
				return nil, err
			}
			continue
		}
		var fitting []Document
		for _, d := range documents {
			if d.Kind.fits(l.Direction) {
				fitting = append(fitting, d)
			}
		}
		gs := SuggestDocuments(l, fitting)
		if l.Direction == bankfile.In && (len(gs) == 0 || !gs[0].Sure) {
			gs = best(append(gs, SuggestPayments(l, candidates)...))
		}
		if out[i].Suggestions = gs; gs == nil {
			out[i].Suggestions = []Suggestion{}
		}
	}
	return out, nil
}

// candidates finds everybody whom any of the lines may be about: by numbers, names, aliases, accounts.
func (s *Service) candidates(ctx context.Context, lines []*BankLine) ([]Candidate, error) {
	var all References
	var names, folded, accounts []string
	for _, l := range lines {
		r := Named(l.Purpose)
		all.Bills, all.Contracts, all.Customers = append(all.Bills, r.Bills...), append(all.Contracts, r.Contracts...), append(all.Customers, r.Customers...)
		if l.PayerName != "" {
			names = append(names, spellings(l.PayerName)...)
			folded = append(folded, Fold(l.PayerName))
		}
		if l.PayerAccount != "" {
			accounts = append(accounts, l.PayerAccount)
		}
	}
	ids, err := s.store.whoMayPay(ctx, all, names, folded, accounts)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return s.store.candidates(ctx, ids)
}

// spellings are the ways in which a name may stand in a customer's record: with brackets of either width.
func spellings(name string) []string {
	wide := strings.NewReplacer("(", "（", ")", "）").Replace(name)
	narrow := strings.NewReplacer("（", "(", "）", ")").Replace(name)
	out := []string{name, wide, narrow}
	slices.Sort(out)
	return slices.Compact(out)
}

// Match says what a line is.
type Match struct {
	LineID     string
	Kind       MatchKind
	CustomerID string // whose payment it is
	DocumentID string // the refund, the deposit's move, the payment that bounced
}

// Confirmed are the totals that the person who confirms has seen.
type Confirmed struct {
	Count int
	In    money.Fen
	Out   money.Fen
}

// maxConfirm is how many lines are confirmed at once.
const maxConfirm = 500

// Confirm matches lines as a person says, all or none: credits become payments, debits are what they were matched to. The
// totals must be those of the lines. Names and accounts that paid for a customer are remembered. Errors: ErrTotals,
// ErrMatch, ErrLineNotFound, ErrLineState, ErrDiffers, and those of Record, Bounce, PayRefund, with the line.
func (s *Service) Confirm(ctx context.Context, matches []Match, seen Confirmed) (done int, err error) {
	if len(matches) == 0 || len(matches) > maxConfirm {
		return 0, ErrMatch.Sayf("请选择 1 至 %d 条流水", "choose 1 to %d lines", maxConfirm)
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		var is Confirmed
		for i, m := range matches {
			l, err := s.store.line(ctx, m.LineID)
			if err != nil {
				return err
			}
			is.Count++
			if l.Direction == bankfile.In {
				is.In += l.AmountFen
			} else {
				is.Out += l.AmountFen
			}
			if err := s.match(ctx, l, m); err != nil {
				if e := errs.As(err); e != nil {
					return e.With("line_id", l.ID).At(fmt.Sprintf("matches.%d", i), e.Code, fmt.Sprintf("%s %s %s 元：%s", l.OnDate, l.PayerName, l.AmountFen.Grouped(), e.Zh),
						fmt.Sprintf("%s %s %s: %s", l.OnDate, l.PayerName, l.AmountFen.Grouped(), e.En))
				}
				return err
			}
		}
		if is != seen {
			return ErrTotals.With("count", is.Count).With("in_fen", int64(is.In)).With("out_fen", int64(is.Out))
		}
		done = len(matches)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return done, nil
}

func (s *Service) match(ctx context.Context, l *BankLine, m Match) error {
	if l.State != LineOpen && l.State != LineParked {
		return ErrLineState.With("state", l.State)
	}
	if !m.Kind.fits(l.Direction) {
		return ErrMatch.With("direction", l.Direction)
	}
	from := l.State
	l.State, l.MatchKind, l.DocumentID, l.CustomerID, l.Note = LineMatched, m.Kind, m.DocumentID, m.CustomerID, ""
	bank := Paid{On: l.OnDate, BankAccount: l.BankAccount, Reference: l.Reference}
	switch m.Kind {
	case MatchPayment:
		p, err := s.record(ctx, Input{CustomerID: m.CustomerID, Amount: l.AmountFen, ValueDate: l.OnDate, Method: Transfer, BankAccount: l.BankAccount, Reference: l.Reference, Note: cut(l.Purpose, 200)}, false)
		if err != nil {
			return err
		}
		l.DocumentID = p.ID
		if err := s.learn(ctx, l, p); err != nil {
			return err
		}
	case MatchRecorded:
		p, err := s.store.byID(ctx, m.DocumentID)
		if err != nil {
			return err
		}
		if p.AmountFen != l.AmountFen || !p.Method.Money() {
			return ErrDiffers
		}
		l.CustomerID = p.CustomerID
	case MatchRefund:
		r, err := s.PayRefund(ctx, m.DocumentID, bank)
		if err != nil {
			return err
		}
		if r.AmountFen != l.AmountFen {
			return ErrDiffers
		}
		l.CustomerID = r.CustomerID
	case MatchRefundReturned:
		r, err := s.ReturnRefund(ctx, m.DocumentID, bank)
		if err != nil {
			return err
		}
		if r.AmountFen != l.AmountFen {
			return ErrDiffers
		}
		l.CustomerID = r.CustomerID
	case MatchDepositRefund:
		customer, amount, err := s.store.depositRefund(ctx, m.DocumentID)
		if err != nil {
			return err
		}
		if amount != l.AmountFen {
			return ErrDiffers
		}
		l.CustomerID = customer
	case MatchBounce:
		p, err := s.Bounce(ctx, m.DocumentID, Returned{On: l.OnDate, Reason: "银行退回：" + cut(l.Purpose, 100) + " " + l.Reference})
		if err != nil {
			return err
		}
		if p.AmountFen != l.AmountFen {
			return ErrDiffers
		}
		l.CustomerID = p.CustomerID
	}
	return s.decideLine(ctx, l, from, "bank.match", string(m.Kind))
}

// learn remembers who paid for the customer, where the name or account wasn't known.
func (s *Service) learn(ctx context.Context, l *BankLine, p *Payment) error {
	folded := Fold(l.PayerName)
	if folded == "" && l.PayerAccount == "" {
		return nil
	}
	return s.store.learn(ctx, alias{Folded: folded, PayerAccount: l.PayerAccount, CustomerID: p.CustomerID, LineID: l.ID, ConfirmedBy: actor.From(ctx).UserID, ConfirmedAt: s.clock.Instant()})
}

func (s *Service) decideLine(ctx context.Context, l *BankLine, from LineState, action, reason string) error {
	who := actor.From(ctx)
	l.DecidedBy, l.DeciderName, l.DecidedAt = who.UserID, who.Name, s.clock.Instant()
	if l.State == LineMatched {
		l.Attempts++
	}
	ok, err := s.store.saveLine(ctx, l, from)
	if err != nil {
		return err
	}
	if !ok {
		return ErrLineState
	}
	return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "bank_line", ObjectID: l.ID, CustomerID: l.CustomerID, From: string(from), To: string(l.State), Reason: reason, On: l.OnDate,
		Detail: map[string]any{"reference": l.Reference, "amount_fen": l.Signed(), "kind": l.MatchKind, "document": l.DocumentID, "note": l.Note}})
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// SetAside parks lines (whose money is it?) or ignores them (no customer's money), with a reason; a line may be set aside
// again with another. Errors: ErrLineNotFound, ErrLineState, ErrInvalid.
func (s *Service) SetAside(ctx context.Context, lineIDs []string, to LineState, note string) error {
	var f errs.Fields
	note = form.Text(&f, "note", note, 200, true)
	if to != LineParked && to != LineIgnored {
		f.Add("state", "unknown", "请选择 parked（挂账待查）或 ignored（与客户无关）", "choose parked or ignored")
	}
	if len(lineIDs) == 0 || len(lineIDs) > maxConfirm {
		f.Add("line_ids", "count", fmt.Sprintf("请选择 1 至 %d 条流水", maxConfirm), fmt.Sprintf("choose 1 to %d lines", maxConfirm))
	}
	if err := f.Err(ErrInvalid); err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		for _, id := range lineIDs {
			l, err := s.store.line(ctx, id)
			if err != nil {
				return err
			}
			if l.State == LineMatched {
				return ErrLineState.With("line_id", id)
			}
			from := l.State
			l.State, l.Note = to, note
			if err := s.decideLine(ctx, l, from, "bank."+map[LineState]string{LineParked: "park", LineIgnored: "ignore"}[to], note); err != nil {
				return err
			}
		}
		return nil
	})
}

// Reopen puts a line back on the work list. What its match had made is taken back: the payment is undone, the refund is
// approved and not yet paid. A bounce stays one: record the payment anew if it wasn't. Errors: ErrLineNotFound,
// ErrLineState, ErrInvalid, those of Undo.
func (s *Service) Reopen(ctx context.Context, lineID, reason string) (*BankLine, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 150, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var l *BankLine
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if l, err = s.store.line(ctx, lineID); err != nil {
			return err
		}
		from := l.State
		switch {
		case from == LineOpen, l.MatchKind == MatchBounce, l.MatchKind == MatchRefundReturned:
			return ErrLineState.With("state", from).With("kind", l.MatchKind)
		case l.MatchKind == MatchPayment:
			if _, err := s.Undo(ctx, l.DocumentID, "撤销匹配："+reason); err != nil {
				return err
			}
			if err := s.store.forget(ctx, l.ID); err != nil { // what this match taught was wrong
				return err
			}
		case l.MatchKind == MatchRefund:
			if err := s.unpayRefund(ctx, l.DocumentID, "撤销匹配："+reason); err != nil {
				return err
			}
		}
		l.State, l.MatchKind, l.DocumentID, l.CustomerID, l.Note = LineOpen, "", "", "", cut("已撤销："+reason, 200)
		return s.decideLine(ctx, l, from, "bank.reopen", reason)
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}
