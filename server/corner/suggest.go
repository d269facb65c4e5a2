package corner

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"sealgate/server/payment"
)

// Suggestion is a payment of the customer that a proof may be about, with what speaks for it.
type Suggestion struct {
	payment.Payment
	SameAmount    bool
	SameReference bool
	Near          bool // it arrived within a week of the day on the proof
	Taken         bool // another proof was matched to it
}

// weight is how much speaks for a suggestion: the bank's reference most, then the amount, then the day; another proof's payment least.
func (g *Suggestion) weight() int {
	w := 0
	for _, x := range []struct {
		holds  bool
		counts int
	}{{g.SameReference, 8}, {g.SameAmount, 4}, {g.Near, 2}, {!g.Taken, 1}} {
		if x.holds {
			w += x.counts
		}
	}
	return w
}

// Sure tells whether it can hardly be another payment.
func (g *Suggestion) Sure() bool { return g.SameAmount && !g.Taken && (g.SameReference || g.Near) }

const (
	nearDays       = 7
	searchedDays   = 60 // before and after the day on the proof
	mostSuggested  = 20
	mostConsidered = 200
)

// Suggest ranks payments by what speaks for each being the one of a proof; the likeliest first, of equals the one nearest in time.
func (p *Proof) Suggest(payments []payment.Payment, taken []string) []Suggestion {
	apart := func(x *payment.Payment) int {
		d := x.ValueDate.Sub(p.PaidOn)
		return max(d, -d)
	}
	out := make([]Suggestion, 0, len(payments))
	for _, x := range payments {
		out = append(out, Suggestion{
			Payment: x, SameAmount: x.AmountFen == p.AmountFen, SameReference: sameReference(x.Reference, p.Reference), Near: apart(&x) <= nearDays, Taken: slices.Contains(taken, x.ID),
		})
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(b.weight(), a.weight()), cmp.Compare(apart(&a.Payment), apart(&b.Payment)))
	})
	return out
}

// sameReference compares the bank's references; blanks and case don't count.
func sameReference(a, b string) bool {
	plain := func(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }
	return plain(a) != "" && plain(a) == plain(b)
}

// Suggestions gives the payments that a proof may be about: those of its customer that arrived near the day on it, or that the search finds by
// receipt number or reference, whenever they came. Errors: ErrNoProof.
func (s *Service) Suggestions(ctx context.Context, id, search string) ([]Suggestion, error) {
	p, err := one[Proof](s.store, ctx, ErrNoProof, "id = ?", id)
	if err != nil {
		return nil, err
	}
	q := payment.Query{CustomerID: p.CustomerID, Q: strings.TrimSpace(search), Limit: mostConsidered}
	if q.Q == "" {
		q.From, q.To = p.PaidOn.AddDays(-searchedDays), p.PaidOn.AddDays(searchedDays)
	}
	found, _, _, err := s.Payments.List(ctx, q)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(x payment.Payment) bool { return !x.Method.Money() })
	taken, err := s.store.strings(ctx, "SELECT payment_id FROM payment_proofs WHERE customer_id = ? AND state = ?", p.CustomerID, ProofMatched)
	if err != nil {
		return nil, err
	}
	out := p.Suggest(found, taken)
	return out[:min(len(out), mostSuggested)], nil
}
