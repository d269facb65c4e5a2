package handoff

import (
	"context"
	"errors"

	"sealgate/server/batch"
	"sealgate/server/caldate"
)

// View is where the hand-off of a batch stands.
type View struct {
	BatchID   string
	Channel   string
	Engine    string
	State     string // open, closed
	Approved  int64
	Counts    Counts
	Holds     []Hold
	HeldSince caldate.Instant
	Figures   []Figure
	Results   []Tally
	Unknown   []UnknownMessage // the first of them
	Chunks    int
	Handed    int // chunks of which everything has left
	OpenedAt  caldate.Instant
	ClosedAt  caldate.Instant
}

// UnknownMessage is a message of which nobody knows whether it left. Phone is masked.
type UnknownMessage struct {
	Seq   int64           `json:"seq"`
	Key   string          `json:"key"`
	Phone string          `json:"phone" doc:"masked"`
	Parts int             `json:"parts"`
	Code  string          `json:"code" doc:"what the engine said, if anything"`
	At    caldate.Instant `json:"at"`
}

// unknownShown is how many unknown messages a view lists; settling is for all or by number.
const unknownShown = 100

// Of gives the hand-off of a batch in the caller's scope, ErrNotFound where it has not begun.
func (s *Service) Of(ctx context.Context, batchID string) (*View, error) {
	b, err := s.Batches.Get(ctx, batchID)
	if err != nil {
		return nil, err
	}
	h, err := s.store.handoff(ctx, batchID)
	if err != nil {
		return nil, err
	}
	v := &View{
		BatchID: h.BatchID, Channel: h.Channel, State: h.State, Approved: h.Approved, Holds: h.Holds, HeldSince: h.HeldSince,
		OpenedAt: h.OpenedAt, ClosedAt: h.ClosedAt, Unknown: []UnknownMessage{},
	}
	if ch := s.channel(h.Channel); ch != nil {
		v.Engine = ch.Engine.Kind()
	}
	chunks, err := s.store.chunks(ctx, batchID)
	if err != nil {
		return nil, err
	}
	v.Chunks, v.Counts = len(chunks), countsOf(chunks)
	for _, c := range chunks {
		if c.State != chunkOpen {
			v.Handed++
		}
	}
	if v.Handed == v.Chunks { // nothing waits any more, whatever it last waited for
		v.Holds, v.HeldSince = []Hold{}, caldate.Instant{}
	}
	if v.Figures, err = s.store.figures(ctx, batchID); err != nil {
		return nil, err
	}
	if v.Results, err = s.store.tallies(ctx, batchID); err != nil {
		return nil, err
	}
	if v.Counts[Unknown] > 0 {
		v.Unknown, err = s.unknown(ctx, b)
	}
	return v, err
}

func countsOf(chunks []Chunk) (n Counts) {
	for _, c := range chunks {
		for st := NotApproved; st < statuses; st++ {
			n[st] += c.Tally[st.String()]
		}
	}
	return n
}

// CountsOf gives a batch's messages by status. Who may see the batch was decided when it was got.
func (s *Service) CountsOf(ctx context.Context, batchID string) (Counts, error) {
	if _, err := s.store.handoff(ctx, batchID); err != nil {
		return Counts{}, err
	}
	chunks, err := s.store.chunks(ctx, batchID)
	return countsOf(chunks), err
}

func (s *Service) unknown(ctx context.Context, b *batch.Batch) ([]UnknownMessage, error) {
	rows, err := s.store.unknowns(ctx, b.ID, unknownShown)
	if err != nil || len(rows) == 0 {
		return []UnknownMessage{}, err
	}
	chunks, err := s.Batches.Chunks(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	out := make([]UnknownMessage, 0, len(rows))
	opened := map[int64][]batch.Message{}
	for _, r := range rows {
		messages, ok := opened[r.ChunkSeq]
		for i := range chunks {
			if !ok && chunks[i].Seq == r.ChunkSeq {
				if messages, err = s.Batches.OpenChunk(ctx, &chunks[i]); err != nil {
					return nil, err
				}
				opened[r.ChunkSeq] = messages
			}
		}
		u := UnknownMessage{Seq: r.Seq, Key: r.MsgKey, Code: r.Code, At: r.At}
		if len(messages) > 0 {
			if i := r.Seq - messages[0].Seq; i >= 0 && i < int64(len(messages)) {
				u.Phone, u.Parts = maskPhone(messages[i].Phone), messages[i].Parts
			}
		}
		out = append(out, u)
	}
	return out, nil
}

// ChannelView is how a channel does.
type ChannelView struct {
	Name        string          `json:"name"`
	Engine      string          `json:"engine"`
	Idempotent  bool            `json:"idempotent" doc:"absorbs a repeated key; where not, nothing is ever sent again by itself"`
	CanBeAsked  bool            `json:"can_be_asked" doc:"what became of a message of unknown outcome"`
	Carriers    []string        `json:"carriers" doc:"empty: all"`
	Priority    int             `json:"priority" doc:"the lowest number that can take a message does"`
	PerSecond   int64           `json:"per_second" doc:"flow limit; 0: none of ours"`
	PerCustomer int64           `json:"per_customer" doc:"flow limit of each customer; 0: none of ours"`
	From        string          `json:"from" doc:"hours of the day; empty: all day"`
	To          string          `json:"to"`
	Open        bool            `json:"open" doc:"it takes messages now, as this server sees it"`
	AtOnce      int             `json:"at_once" doc:"messages per call, or in flight"`
	InFlight    int64           `json:"in_flight"`
	Unknown     int64           `json:"unknown"`
	Problem     string          `json:"problem,omitempty" doc:"why it takes nothing at the moment, as this server sees it"`
	Stopped     bool            `json:"stopped"`
	GoodAt      caldate.Instant `json:"good_at" doc:"when it last took messages, within seconds; machine's clock"`
	BadAt       caldate.Instant `json:"bad_at"`
	BadCode     string          `json:"bad_code"`
	Today       ChannelToday    `json:"today"`
}

// ChannelToday is what a channel did on a business day, in messages.
type ChannelToday struct {
	Sent      int64 `json:"sent"`
	Delivered int64 `json:"delivered"`
	Failed    int64 `json:"failed"`
}

// ChannelViews lists the channels of this server, best first.
func (s *Service) ChannelViews(ctx context.Context) ([]ChannelView, error) {
	stops, err := s.store.stops(ctx)
	if err != nil {
		return nil, err
	}
	lanes, err := s.lanesNow(ctx, stops)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.channelRows(ctx)
	if err != nil {
		return nil, err
	}
	today, err := s.store.channelDay(ctx, s.Clock.Today())
	if err != nil {
		return nil, err
	}
	out := make([]ChannelView, len(lanes))
	for i := range lanes {
		l := &lanes[i]
		_, asker := l.Engine.(Asker)
		v := ChannelView{
			Name: l.Name, Engine: l.Engine.Kind(), Idempotent: l.Engine.Idempotent(), CanBeAsked: asker, Carriers: append([]string{}, l.Carriers...), Priority: l.Priority,
			PerSecond: l.PerSecond, PerCustomer: l.PerCustomer, From: l.From, To: l.To, Open: l.open(), AtOnce: l.Engine.Slice(),
			GoodAt: rows[l.Name].GoodAt, BadAt: rows[l.Name].BadAt, BadCode: rows[l.Name].BadCode, Today: today[l.Name],
		}
		if v.InFlight, err = s.store.countIntents(ctx, l.Name, intentPending); err != nil {
			return nil, err
		}
		if v.Unknown, err = s.store.countIntents(ctx, l.Name, intentUnknown); err != nil {
			return nil, err
		}
		if o, down := s.outage(l.Name); down {
			v.Problem = o.code
		}
		v.Stopped = stopped(stops, l.Name)
		out[i] = v
	}
	return out, nil
}

// Unsettled is messages of unknown outcome of one batch on one channel: a receipt, the channel's own word, or a person settles
// them.
type Unsettled struct {
	BatchID      string          `json:"batch_id"`
	BatchNumber  string          `json:"batch_number"`
	CustomerName string          `json:"customer_name"`
	Channel      string          `json:"channel"`
	Messages     int64           `json:"messages"`
	Since        caldate.Instant `json:"since" doc:"Business clock."`
}

// Unsettled gives what waits to be settled, the oldest first.
func (s *Service) Unsettled(ctx context.Context) ([]Unsettled, error) {
	rows, err := s.store.unsettled(ctx, unknownShown)
	if err != nil {
		return nil, err
	}
	out := rows[:0]
	for _, u := range rows {
		b, err := s.Batches.Get(ctx, u.BatchID)
		if errors.Is(err, batch.ErrNotFound) {
			continue // outside the caller's scope
		}
		if err != nil {
			return nil, err
		}
		u.BatchNumber, u.CustomerName = b.Number, b.CustomerName
		out = append(out, u)
	}
	return out, nil
}
