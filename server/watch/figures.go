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
	Looked       int64 // of a batch whose recipients were not looked up: 0, like what follows
	Fresh        int64
	BeforeDay    bool
	WentOut      bool // something of it left
}

func (r batchRow) list() List {
	return List{r.Number, r.Recipients, Sample{r.Looked, r.Fresh, r.BeforeDay}}
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

// daysOf counts the different days of each customer.
type daysOf map[string]map[caldate.Date]bool

func (d daysOf) add(customerID string, on caldate.Date) int64 {
	if d[customerID] == nil {
		d[customerID] = map[caldate.Date]bool{}
	}
	d[customerID][on] = true
	return int64(len(d[customerID]))
}

// gather adds up the batches of a day and of the History before it.
func gather(rows []batchRow, day caldate.Date) byCustomer {
	out, days, looked := byCustomer{}, daysOf{}, daysOf{}
	for _, r := range rows {
		f, on := out.of(r.CustomerID, r.CustomerName, day), r.ScreenedAt.Date()
		if on == day {
			f.Submitted += r.Good
			f.Refused += r.Refused
			f.Lists = append(f.Lists, r.list())
			f.Batches = append(f.Batches, r.Number)
			continue
		}
		f.Past += r.Good
		f.PastDays = days.add(r.CustomerID, on)
		if r.BeforeDay && r.WentOut { // neither what was only tried nor the first list of all becomes usual
			f.PastNew += r.list().New()
			f.PastLooked = looked.add(r.CustomerID, on)
		}
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
