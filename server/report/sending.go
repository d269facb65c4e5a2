package report

import (
	"cmp"
	"context"
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/errs"
)

// ErrSpan is a period of statistics that makes no sense.
var ErrSpan = errs.Invalid("report.span", "统计期间应为 1 至 366 天", "statistics cover 1 to 366 days").At("from", "range", "请选择 1 至 366 天的期间", "choose a period of 1 to 366 days")

const maxSpan = 366

// SendingAsk says which statistics are wanted.
type SendingAsk struct {
	From, To   caldate.Date
	By         string // day, carrier or category
	CustomerID string
	ContractID string
}

// SendingRow is one line of the statistics, in messages; Parts are what is charged.
type SendingRow struct {
	Key       string `json:"key" doc:"A day, a carrier or a category."`
	Submitted int64  `json:"submitted" doc:"Good rows, on the day of the batch; not told by carrier."`
	Refused   int64  `json:"refused" doc:"By screening; not told by carrier."`
	Delivered int64  `json:"delivered" doc:"On the day of the receipt."`
	Failed    int64  `json:"failed"`
	Parts     int64  `json:"parts" doc:"Message parts of what was delivered."`
}

// Sending are a customer's statistics, or all that the caller may see (A20).
type Sending struct {
	From  caldate.Date `json:"from"`
	To    caldate.Date `json:"to"`
	By    string       `json:"by"`
	Rows  []SendingRow `json:"rows"`
	Total SendingRow   `json:"total"`
}

func (r *SendingRow) add(o SendingRow) {
	r.Submitted, r.Refused, r.Delivered, r.Failed, r.Parts = r.Submitted+o.Submitted, r.Refused+o.Refused, r.Delivered+o.Delivered, r.Failed+o.Failed, r.Parts+o.Parts
}

// Sending counts messages within the actor's scope by day, carrier or category.
func (s *Service) Sending(ctx context.Context, ask SendingAsk) (*Sending, error) {
	if ask.To.IsZero() {
		ask.To = s.clock.Today()
	}
	if ask.From.IsZero() {
		ask.From = ask.To.AddDays(-29)
	}
	if n := ask.To.Sub(ask.From); n < 0 || n >= maxSpan {
		return nil, ErrSpan
	}
	out := &Sending{From: ask.From, To: ask.To, By: ask.By, Rows: []SendingRow{}, Total: SendingRow{Key: "total"}}
	rows := map[string]*SendingRow{}
	row := func(key string) *SendingRow {
		if rows[key] == nil {
			rows[key] = &SendingRow{Key: key}
		}
		return rows[key]
	}
	batches, err := s.store.submitted(ctx, ask)
	if err != nil {
		return nil, err
	}
	for _, b := range batches {
		x := SendingRow{Submitted: b.Good, Refused: b.Refuse}
		out.Total.add(x)
		switch ask.By {
		case "day":
			row(b.CreatedAt.Date().String()).add(x)
		case "category":
			row(b.Category).add(x)
		}
	}
	figures, err := s.store.delivered(ctx, ask)
	if err != nil {
		return nil, err
	}
	for _, f := range figures {
		x := SendingRow{Delivered: f.Delivered, Failed: f.Failed, Parts: f.Parts}
		out.Total.add(x)
		row(map[string]string{"day": f.OnDate.String(), "carrier": f.Carrier, "category": f.Category}[ask.By]).add(x)
	}
	if ask.By == "day" {
		for d := ask.From; !d.After(ask.To); d = d.AddDays(1) {
			row(d.String())
		}
	}
	for _, r := range rows {
		out.Rows = append(out.Rows, *r)
	}
	slices.SortFunc(out.Rows, func(a, b SendingRow) int { return cmp.Compare(a.Key, b.Key) })
	return out, nil
}
