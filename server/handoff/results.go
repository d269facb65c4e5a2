package handoff

import (
	"cmp"
	"context"
	"slices"

	"sealgate/server/caldate"
)

// Tally is how many messages of a batch met a fate on a day, by channel, carrier and raw code: what statistics and the
// comparison with a carrier's count stand on. Meaning is what the code came down to when it came.
type Tally struct {
	BatchID     string       `gorm:"primaryKey" json:"-"`
	OnDate      caldate.Date `gorm:"primaryKey" json:"on"`
	Channel     string       `gorm:"primaryKey" json:"channel"`
	Carrier     string       `gorm:"primaryKey" json:"carrier"`
	Outcome     string       `gorm:"primaryKey" json:"outcome" doc:"sent, delivered or failed."`
	Code        string       `gorm:"primaryKey" json:"code" doc:"As the carrier gave it; none for sent."`
	Meaning     Meaning      `json:"meaning"`
	ContractID  string       `json:"-"`
	CustomerID  string       `json:"-"`
	ServiceCode string       `json:"service_code"`
	Messages    int64        `json:"messages"`
	Parts       int64        `json:"parts"`
}

// TableName is handoff_results.
func (Tally) TableName() string { return "handoff_results" }

// The outcomes of a Tally.
const (
	outcomeSent      = "sent"
	outcomeDelivered = "delivered"
	outcomeFailed    = "failed"
)

type resultKey struct {
	on                              caldate.Date
	channel, carrier, outcome, code string
}

// results are the tallies that a transaction adds to: messages and parts.
type results map[resultKey][2]int64

func (r results) add(k resultKey, messages, parts int64) {
	n := r[k]
	r[k] = [2]int64{n[0] + messages, n[1] + parts}
}

// addResults writes tallies and adds them to the days of statistics, always in the same order, so that servers do not lock each other out.
func (s *Service) addResults(ctx context.Context, h *Handoff, r results) error {
	rows := make([]Tally, 0, len(r))
	for k, n := range r {
		t := Tally{
			BatchID: h.BatchID, OnDate: k.on, Channel: k.channel, Carrier: k.carrier, Outcome: k.outcome, Code: k.code,
			ContractID: h.ContractID, CustomerID: h.CustomerID, ServiceCode: h.ServiceCode, Messages: n[0], Parts: n[1],
		}
		switch k.outcome {
		case outcomeSent:
		case outcomeDelivered:
			t.Meaning = MeansDelivered
		default:
			t.Meaning = s.channel(k.channel).Meaning(k.code)
		}
		rows = append(rows, t)
	}
	slices.SortFunc(rows, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(a.OnDate.String(), b.OnDate.String()), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Carrier, b.Carrier),
			cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Code, b.Code))
	})
	for _, t := range rows {
		if err := s.store.addTally(ctx, t); err != nil {
			return err
		}
	}
	return s.addDays(ctx, h, rows)
}

// Results gives the tallies of a batch.
func (s *Service) Results(ctx context.Context, batchID string) ([]Tally, error) {
	if _, err := s.Batches.Get(ctx, batchID); err != nil { // in the caller's scope?
		return nil, err
	}
	return s.store.tallies(ctx, batchID)
}
