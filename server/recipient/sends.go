package recipient

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"sealgate/server/caldate"
	"sealgate/server/platform/ids"
)

// Sends is messages of one batch that are about to leave, or are being screened for it.
type Sends struct {
	CustomerID  string
	SignatureID string
	BatchID     string
	Category    string   // verification, notice, marketing, advertising
	Hashes      []string // of the numbers, as Hasher gives them; the same may stand several times
}

// TooMany tells which of the messages, by their place, would be more than their number may get (A05). It books nothing. Inside the
// transaction that is going to call Count it also keeps others from counting for the signature, so that its answer stays true.
func (s *Service) TooMany(ctx context.Context, m Sends) (map[int]bool, error) {
	limits, err := s.limits(ctx, m.CustomerID, m.Category)
	if err != nil || len(limits) == 0 && !NeedsConsent(m.Category) || len(m.Hashes) == 0 {
		return nil, err
	}
	if err := s.store.lockHead(ctx, m.SignatureID); err != nil {
		return nil, err
	}
	return s.beyond(ctx, m, limits)
}

// Count books messages that are handed off in the present transaction, and leaves out what their numbers have had too many of:
// those, by their place, are not counted and must not be sent. Frequency is counted here and not at screening, because two
// batches may both pass there.
func (s *Service) Count(ctx context.Context, m Sends) (over map[int]bool, err error) {
	limits, err := s.limits(ctx, m.CustomerID, m.Category)
	if err != nil || len(limits) == 0 && !NeedsConsent(m.Category) || len(m.Hashes) == 0 {
		return nil, err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.lockHead(ctx, m.SignatureID); err != nil {
			return err
		}
		if over, err = s.beyond(ctx, m, limits); err != nil {
			return err
		}
		row := sendRow{SignatureID: m.SignatureID, ID: ids.New(), At: s.clock.Instant(), BatchID: m.BatchID}
		row.OnDate = row.At.Date()
		counted := make([]uint64, 0, len(m.Hashes))
		for i, hash := range m.Hashes {
			if over[i] {
				continue
			}
			short, err := shortHash(hash)
			if err != nil {
				return err
			}
			counted = append(counted, short)
		}
		if len(counted) == 0 {
			return nil
		}
		row.MessageCount, row.Packed = int64(len(counted)), packHashes(counted)
		return s.store.addSends(ctx, row)
	})
	return over, err
}

// SentToday gives how many messages of the signature each number has got today, in the order of hashes.
func (s *Service) SentToday(ctx context.Context, signatureID string, hashes []string) ([]int64, error) {
	today := s.clock.Today()
	out := make([]int64, len(hashes))
	err := s.sends.with(ctx, s.store, signatureID, today.AddDays(1-MaxLimitDays), func(days map[caldate.Date]*counts) error {
		had := days[today]
		if had == nil {
			return nil
		}
		for i, hash := range hashes {
			short, err := shortHash(hash)
			if err != nil {
				return err
			}
			out[i] = had.get(short)
		}
		return nil
	})
	return out, err
}

// beyond goes through the messages in their order; one that is left out does not count against the next. What was promised when
// people agreed binds as the limits do.
func (s *Service) beyond(ctx context.Context, m Sends, limits []Limit) (map[int]bool, error) {
	today := s.clock.Today()
	over := map[int]bool{}
	promised, err := s.promises(ctx, m, today)
	if err != nil {
		return nil, err
	}
	err = s.sends.with(ctx, s.store, m.SignatureID, today.AddDays(1-MaxLimitDays), func(byDay map[caldate.Date]*counts) error {
		here := map[uint64]int64{}
		for i, hash := range m.Hashes {
			short, err := shortHash(hash)
			if err != nil {
				return err
			}
			full := func(days, most int64) bool {
				had := here[short]
				for d := range int(days) {
					had += byDay[today.AddDays(-d)].get(short)
				}
				return had >= most
			}
			p := promised[hash]
			if p.days > 0 && full(p.days, p.most) || slices.ContainsFunc(limits, func(l Limit) bool { return full(l.Days, l.Most) }) {
				over[i] = true
				continue
			}
			here[short]++
		}
		return nil
	})
	return over, err
}

func (s *Service) limits(ctx context.Context, customerID, category string) ([]Limit, error) {
	rows, err := s.store.liveLimits(ctx)
	if err != nil {
		return nil, err
	}
	return limitsFor(rows, customerID, category), nil
}

// maxCounted is how many counters a process keeps (9 to 18 bytes each): what is beyond is read again when it is asked for. The
// rows are what counts; this is only so that they need not be read for every slice.
const maxCounted = 6_000_000

// sendCounts remembers what the rows of the last days say.
type sendCounts struct {
	mu         sync.Mutex
	signatures map[string]*signatureCounts
}

type signatureCounts struct {
	mu   sync.Mutex
	seq  int64  // of the last row that is counted in
	id   string // of that row: a transaction that was rolled back may have shown us one that another has replaced
	days map[caldate.Date]*counts
}

func (c *sendCounts) of(signatureID string) *signatureCounts {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.signatures == nil {
		c.signatures = map[string]*signatureCounts{}
	}
	total := 0
	for _, k := range c.signatures {
		k.mu.Lock()
		total += k.size()
		k.mu.Unlock()
	}
	if total > maxCounted {
		clear(c.signatures)
	}
	k := c.signatures[signatureID]
	if k == nil {
		k = &signatureCounts{}
		c.signatures[signatureID] = k
	}
	return k
}

func (k *signatureCounts) size() int {
	n := 0
	for _, c := range k.days {
		n += c.n
	}
	return n
}

// with brings the counts of a signature up to the present rows and shows them.
func (c *sendCounts) with(ctx context.Context, st store, signatureID string, first caldate.Date, use func(map[caldate.Date]*counts) error) error {
	k := c.of(signatureID)
	k.mu.Lock()
	defer k.mu.Unlock()
	rows, err := st.sendsFrom(ctx, signatureID, k.seq, first)
	if err != nil {
		return err
	}
	if k.seq > 0 && (len(rows) == 0 || rows[0].Seq != k.seq || rows[0].ID != k.id) {
		k.seq = 0
		if rows, err = st.sendsFrom(ctx, signatureID, 0, first); err != nil {
			return err
		}
	}
	if k.seq == 0 {
		k.days = map[caldate.Date]*counts{}
	}
	for i := range rows {
		r := &rows[i]
		if r.Seq == k.seq {
			continue
		}
		day := k.days[r.OnDate]
		if day == nil {
			day = &counts{}
			k.days[r.OnDate] = day
		}
		if err := r.eachHash(day.add); err != nil {
			k.seq = 0
			return fmt.Errorf("sends of signature %s, row %d: %w", signatureID, r.Seq, err)
		}
		k.seq, k.id = r.Seq, r.ID
	}
	for day := range k.days {
		if day.Before(first) {
			delete(k.days, day)
		}
	}
	return use(k.days)
}
