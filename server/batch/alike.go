package batch

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"sealgate/server/similar"
)

// classOf numbers what texts must have in common besides their wording to come into one group: the worst verdict and the rules.
type classOf map[string]int32

func (c classOf) of(t *tally) int32 {
	rules := slices.Sorted(slices.Values(t.Rules))
	key := string(kept{hold: t.Hold, refuse: t.Refuse, escalate: t.Escalate}.worst()) + "\x00" + strings.Join(rules, "\x00")
	n, ok := c[key]
	if !ok {
		n = int32(len(c))
		c[key] = n
	}
	return n
}

// alike puts groups of near-identical texts together. ids come in the order of the desk; the first of those that are alike
// leads. It gives the ids that stay, and the leader of each that does not. Of texts beyond the leaders nothing is told apart.
func alike(ids []string, all map[string]*kept) (leaders []string, led map[string]string) {
	items := make([]similar.Item, len(ids))
	for i, id := range ids {
		items[i] = similar.Item{Class: all[id].class, Sketch: all[id].sketch}
	}
	led = map[string]string{}
	for i, l := range similar.Group(items) {
		if int(l) == i {
			leaders = append(leaders, ids[i])
			continue
		}
		led[ids[i]] = ids[l]
		all[ids[l]].take(all[ids[i]])
	}
	return leaders, led
}

// take adds the figures of a group that is put into k.
func (k *kept) take(o *kept) {
	k.pass, k.hold, k.refuse, k.escalate = k.pass+o.pass, k.hold+o.hold, k.refuse+o.refuse, k.escalate+o.escalate
	k.parts, k.level, k.first, k.wordings = k.parts+o.parts, max(k.level, o.level), min(k.first, o.first), k.wordings+o.wordings
}

// aliasRow says in which groups the desk shows the texts of a chunk that a version before summed up: its verdicts name their own
// groups, of which some were put into others. Chunks of today name the groups of the desk (settled.go).
type aliasRow struct {
	BatchID  string `gorm:"primaryKey"`
	ChunkSeq int64  `gorm:"primaryKey;autoIncrement:false"`
	Aliases  string // pairs of 8 bytes, the text's own group and the one it is in
}

func (aliasRow) TableName() string { return "batch_group_aliases" }

func (r *aliasRow) unpack() (map[string]string, error) {
	if r == nil {
		return nil, nil
	}
	b, err := decode(r.Aliases)
	if err != nil {
		return nil, ErrChunkDamaged.Because(err)
	}
	out := make(map[string]string, len(b)/16)
	for ; len(b) >= 16; b = b[16:] {
		out[groupID(binary.BigEndian.Uint64(b))] = groupID(binary.BigEndian.Uint64(b[8:]))
	}
	return out, nil
}

// toRefused is how much the groups resemble what was refused before (A06).
func (s *Service) toRefused(ctx context.Context, batchID string, groups []Group) (float64, error) {
	if s.Decided == nil {
		return 0, nil
	}
	texts := make([]similar.Weighted, len(groups))
	for i, g := range groups {
		texts[i] = similar.Weighted{Text: g.Sample, Messages: g.Total()}
	}
	return s.Decided.ToRefused(ctx, batchID, texts)
}

// shownIn is the group of the desk in which a verdict stands: the one its text was put into, or the rest.
func shownIn(r *VerdictRow, own map[string]bool, led map[string]string) string {
	id := r.Group
	if to, ok := led[id]; ok {
		id = to
	}
	if len(own) > 0 && !own[id] {
		id = restID(mildRefuse(r.Verdict))
	}
	return id
}
