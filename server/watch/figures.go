package watch

import (
	"slices"
	"strings"

	"sealgate/server/caldate"
)

// batchRow is a batch as its row of figures tells it.
type batchRow struct {
	CustomerID   string
	CustomerName string
	Number       string
	ScreenedAt   caldate.Instant
	Good         int64
	Refused      int64
	Recipients   int64
}

type byCustomer map[string]*Figures

func (b byCustomer) of(id, name string, day caldate.Date) *Figures {
	f := b[id]
	if f == nil {
		f = &Figures{CustomerID: id, CustomerName: name, On: day}
		b[id] = f
	}
	return f
}

// gather adds up the batches of a day and of the History before it.
func gather(rows []batchRow, day caldate.Date) byCustomer {
	out, days := byCustomer{}, map[string]map[caldate.Date]bool{}
	for _, r := range rows {
		f, on := out.of(r.CustomerID, r.CustomerName, day), r.ScreenedAt.Date()
		if on == day {
			f.Submitted += r.Good
			f.Refused += r.Refused
			f.List = max(f.List, r.Recipients)
			f.Batches = append(f.Batches, r.Number)
			continue
		}
		f.Past += r.Good
		f.PastList = max(f.PastList, r.Recipients)
		if days[r.CustomerID] == nil {
			days[r.CustomerID] = map[caldate.Date]bool{}
		}
		days[r.CustomerID][on] = true
		f.PastDays = int64(len(days[r.CustomerID]))
	}
	return out
}

// sorted gives the customers with anything on the day, in a fixed order.
func (b byCustomer) sorted() []Figures {
	var out []Figures
	for _, f := range b {
		if f.Submitted+f.Delivered+f.Failed+f.Night > 0 {
			out = append(out, *f)
		}
	}
	slices.SortFunc(out, func(x, y Figures) int { return strings.Compare(x.CustomerID, y.CustomerID) })
	return out
}
