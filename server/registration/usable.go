package registration

import (
	"context"
	"slices"
	"strings"

	"sealgate/server/caldate"
)

// Usable is a template that a batch may take, with what is to be said of it before each carrier. Where that is not InOrder its messages
// don't pass.
type Usable struct {
	Record
	Standing map[string]Standing // by carrier
}

// Usable gives the templates under a signature that are in force on a day: approved by us, in order before one carrier at least, of one of
// the categories, with the search in name or text. In the order of their names. Errors: ErrNotFound for a signature out of the actor's scope.
func (s *Service) Usable(ctx context.Context, signatureID string, categories []string, search string, on caldate.Date) ([]Usable, error) {
	g, err := s.store.byID(ctx, signatureID)
	if err != nil {
		return nil, err
	}
	if g.Kind != Signature {
		return nil, ErrNotFound
	}
	under, err := s.store.children(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	under = slices.DeleteFunc(under, func(r Record) bool {
		return r.Kind != Template || r.State != Approved || !slices.Contains(categories, r.Detail.Category) || !r.mentions(search)
	})
	out := make([]Usable, 0, len(under))
	filings, err := s.FilingsOf(ctx, idsOf(under)...)
	if err != nil {
		return nil, err
	}
	c := chain{filings: filings}
	for i := range under {
		u := Usable{under[i], map[string]Standing{}}
		inForce := false
		for j := range s.Carriers.List {
			carrier := &s.Carriers.List[j]
			u.Standing[carrier.ID] = c.standing(&under[i], carrier, on)
			inForce = inForce || u.Standing[carrier.ID] == InOrder
		}
		if inForce {
			out = append(out, u)
		}
	}
	slices.SortStableFunc(out, func(a, b Usable) int { return strings.Compare(a.Detail.Name, b.Detail.Name) })
	return out, nil
}

func idsOf(rs []Record) []string {
	ids := make([]string, len(rs))
	for i := range rs {
		ids[i] = rs[i].ID
	}
	return ids
}

// mentions tells whether the search stands in a template's name or text, whatever its case.
func (r *Record) mentions(search string) bool {
	search = strings.ToLower(strings.TrimSpace(search))
	return strings.Contains(strings.ToLower(r.Detail.Name), search) || strings.Contains(strings.ToLower(r.Text), search)
}
