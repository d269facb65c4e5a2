package batch

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"sealgate/server/platform/crypt"
)

// While a batch is being screened, each verdict chunk stands for itself: its findings name the groups of its own texts, and a tally with a
// sample lies beside for each of them. Where texts differ, that is more than the texts themselves. Once the batch is summed up
// nobody asks for the tallies again, and the groups of the desk are known: such chunks are written anew with these groups and without
// tallies. What OpenVerdicts gives stays the same.

// tallyHeavy is how many texts of its own a chunk may have before its tallies are worth leaving out.
const tallyHeavy = 16

// standings tells where the desk shows what the chunks' own groups hold.
type standings struct {
	index map[string]int    // groups of the desk, with those of the rest, by id
	led   map[string]string // groups that were put into others
	texts map[int64]int     // own groups of a chunk, by its number
	moved map[int64]bool    // chunks of which a group stands elsewhere
}

// of gives the group of the desk in which a chunk's own group stands, of which worst is the worst verdict.
func (s *standings) of(own, rest string) string {
	if to, ok := s.led[own]; ok {
		own = to
	}
	if _, ok := s.index[own]; ok {
		return own
	}
	return rest
}

// at is of for a tally: the place in the list of groups. It remembers what the chunk will want.
func (s *standings) at(c *Chunk, t *tally) int {
	id := s.of(t.Group, restID(kept{hold: t.Hold, refuse: t.Refuse, escalate: t.Escalate}.worst()))
	s.texts[c.Seq]++
	if id != t.Group {
		s.moved[c.Seq] = true
	}
	return s.index[id]
}

// settleVerdicts stores the chunks anew that are lighter so, or name groups that the desk does not have, and gives the chunks as they
// then are. Their rows are not touched: a kill leaves garbage that is cleared when the batch is summed up again.
func (s *Service) settleVerdicts(ctx context.Context, b *Batch, key *crypt.Key, chunks []Chunk, stand *standings) ([]Chunk, error) {
	var out []Chunk
	for i := range chunks {
		c := chunks[i]
		if !stand.moved[c.Seq] && stand.texts[c.Seq] <= tallyHeavy {
			continue
		}
		plain, err := s.openPlain(ctx, &c, kindVerdicts, c.VerdictKey, c.VerdictSHA256)
		if err != nil {
			return nil, err
		}
		if plain, err = settledVerdicts(plain, stand); err != nil {
			return nil, err
		}
		object, err := sealObject(key, b.ID, c.Seq, kindVerdicts, plain)
		if err != nil {
			return nil, err
		}
		// The token keeps whoever wakes up late from writing over what its successor has stored.
		c.VerdictKey = fmt.Sprintf("%s.s%d", strings.TrimSuffix(c.Key, ".msg"), b.LeaseToken)
		info, err := s.Blobs.Put(ctx, c.VerdictKey, bytes.NewReader(object))
		if err != nil {
			return nil, err
		}
		c.VerdictSHA256 = info.SHA256
		out = append(out, c)
	}
	return out, nil
}

// settledVerdicts names the groups of the desk in a verdict chunk and leaves its tallies out. Findings that differed in their
// groups alone become one.
func settledVerdicts(plain []byte, stand *standings) ([]byte, error) {
	v, err := splitVerdicts(plain)
	if err != nil {
		return nil, err
	}
	found, err := v.findings()
	if err != nil {
		return nil, err
	}
	out := verdictColumns{firstSeq: v.firstSeq, index: v.index}
	if out.figures, err = v.figures(); err != nil {
		return nil, err
	}
	place := make([]uint32, len(found))
	for i, f := range found {
		f.Group = stand.of(f.Group, restID(mildRefuse(f.Verdict)))
		if place[i], err = out.place(f); err != nil {
			return nil, err
		}
	}
	for i, j := range out.index {
		out.index[i] = place[j]
	}
	return out.encode()
}
