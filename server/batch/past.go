package batch

import (
	"context"

	"sealgate/server/screening"
)

// PastFacts is what rules were told about every message of a batch when it was screened: a backtest asks them the same. Lists of
// recipients are not among them; they change.
func (s *Service) PastFacts(ctx context.Context, b *Batch) (map[string]any, error) {
	facts, err := s.messageFacts(ctx, b)
	if err != nil {
		return nil, err
	}
	when := b.ScreenedAt
	if b.ScheduledAt.After(when) {
		when = b.ScheduledAt
	}
	facts["hour"], facts["minute"] = when.Time().Hour(), when.Time().Minute()
	return facts, nil
}

// PastMessage is a message as it was given to the rules; facts are those of PastFacts, shared by the batch.
func (b *Batch) PastMessage(m *Message, facts map[string]any) screening.Message {
	own := make(map[string]any, len(facts)+1)
	for k, v := range facts {
		own[k] = v
	}
	own["carrier"] = m.Carrier
	out := screening.Message{Text: m.Text, Phone: m.Phone, Category: string(b.Category), Signature: b.Signature, Facts: own}
	if b.Mode == Template {
		out.Vars = m.Vars
	}
	return out
}
