package batch

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"

	"sealgate/server/platform/crypt"
	"sealgate/server/platform/failpoint"
	"sealgate/server/registration"
	"sealgate/server/ruleset"
	"sealgate/server/screening"
	"sealgate/server/similar"
)

// settleNext sums up a batch whose chunks are all judged: groups, batch rules, then the reviewer's desk or a refusal.
func (s *Service) settleNext(ctx context.Context, batchID string) (bool, error) {
	now := s.clock.Real()
	b, err := s.store.screened(ctx, batchID, now.UnixMilli())
	if err != nil || b == nil {
		return false, err
	}
	taken := false
	err = s.db.Run(ctx, func(ctx context.Context) error {
		taken, err = s.store.claim(ctx, b, now.UnixMilli(), now.Add(lease).UnixMilli())
		return err
	})
	if err != nil || !taken {
		return err == nil, err // somebody was faster
	}
	work, stop := s.keep(ctx, func(ctx context.Context, until int64) (ok bool, err error) {
		err = s.db.Run(ctx, func(ctx context.Context) error {
			ok, err = s.store.renew(ctx, b.ID, b.LeaseToken, until, nil)
			return err
		})
		return ok, err
	})
	err = s.settle(work, b)
	if cause := context.Cause(work); err != nil && cause != nil {
		err = cause
	}
	stop()
	if err == nil || errors.Is(err, errFenced) {
		return true, nil
	}
	slog.ErrorContext(ctx, "sum up a batch", "batch", b.Number, "error", err)
	return true, s.giveBack(ctx, b, err)
}

// kept is what the first pass over the tallies remembers of a group: enough to choose, and to tell alike ones.
type kept struct {
	pass, hold, refuse, escalate, parts, level, first, wordings int64

	class  int32
	sketch similar.Sketch
}

func (k kept) worst() screening.Verdict {
	switch {
	case k.refuse > 0:
		return screening.RefuseMessage
	case k.escalate > 0:
		return screening.Escalate
	case k.hold > 0:
		return screening.Hold
	}
	return screening.Pass
}

func (k kept) total() int64 { return k.pass + k.hold + k.refuse + k.escalate }

func (k *kept) add(t *tally) {
	if k.first == 0 || t.First < k.first {
		k.first = t.First
	}
	k.pass, k.hold, k.refuse, k.escalate = k.pass+t.Pass, k.hold+t.Hold, k.refuse+t.Refuse, k.escalate+t.Escalate
	k.parts, k.level = k.parts+t.Parts, max(k.level, t.Level)
}

// urgency orders groups for the desk: what needs a decision first, then what was refused, then what passed.
func urgency(v screening.Verdict) int {
	switch v {
	case screening.Escalate:
		return 3
	case screening.Hold:
		return 2
	case screening.RefuseMessage, screening.RefuseBatch:
		return 1
	}
	return 0
}

// deskOrder puts what needs a decision first, of that the gravest, of that the largest.
func deskOrder(ids []string, all map[string]*kept) {
	slices.SortFunc(ids, func(x, y string) int {
		a, b := all[x], all[y]
		return cmp.Or(cmp.Compare(urgency(b.worst()), urgency(a.worst())), cmp.Compare(b.level, a.level), cmp.Compare(b.total(), a.total()), cmp.Compare(x, y))
	})
}

func (s *Service) settle(ctx context.Context, b *Batch) error {
	chunks, err := s.store.chunks(ctx, b.ID)
	if err != nil {
		return err
	}
	for i := range chunks {
		if c := &chunks[i]; c.State == ChunkAside {
			return s.failAside(ctx, b, c)
		}
	}
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return err
	}
	groups, figures, stand, err := s.groupUp(ctx, b, key, chunks)
	if err != nil {
		return err
	}
	sum := Batch{}
	for i := range chunks {
		c := &chunks[i]
		sum.Pass, sum.Hold, sum.Refuse, sum.Escalate = sum.Pass+c.Pass, sum.Hold+c.Hold, sum.Refuse+c.Refuse, sum.Escalate+c.Escalate
		sum.PassParts += c.PassParts
	}
	for _, g := range groups {
		sum.MaxLevel = max(sum.MaxLevel, g.MaxLevel)
	}
	rules, err := s.Rules.Compiled(ctx, b.RuleSetVersion)
	if err != nil {
		return err
	}
	facts, err := s.batchFacts(ctx, b, sum.PassParts)
	if err != nil {
		return err
	}
	if facts.MeanSimilarityToRefused, err = s.toRefused(ctx, b.ID, groups); err != nil {
		return err
	}
	settled, err := s.settleVerdicts(ctx, b, key, chunks, stand)
	if err != nil {
		return err
	}
	result := rules.Set.ScreenBatch(facts)
	for _, h := range result.Hits {
		c := figures.Rules[h.Rule]
		if h.Shadow {
			c.Shadow++
		} else {
			sum.MaxLevel = max(sum.MaxLevel, int64(rules.Level(h.Rule)))
			c.Live++
		}
		figures.Rules[h.Rule] = c
	}
	failpoint.Hit("batch.settle.before")
	err = s.change(ctx, b.ID, func(ctx context.Context, now *Batch) error {
		if now.LeaseToken != b.LeaseToken || now.State != Screening {
			return errFenced
		}
		if err := s.store.replaceGroups(ctx, b.ID, groups); err != nil {
			return err
		}
		if err := s.store.settleChunks(ctx, settled); err != nil {
			return err
		}
		now.Pass, now.Hold, now.Refuse, now.Escalate = sum.Pass, sum.Hold, sum.Refuse, sum.Escalate
		now.PassParts, now.MaxLevel, now.GroupCount = sum.PassParts, sum.MaxLevel, int64(len(groups))
		now.Hits, now.Verdict = result.Hits, result.Verdict
		for v, n := range map[screening.Verdict]int64{screening.Hold: sum.Hold, screening.Escalate: sum.Escalate} {
			if n > 0 {
				now.Verdict = screening.Worse(now.Verdict, v)
			}
		}
		to, reason := InReview, ""
		switch {
		case result.Verdict == screening.RefuseBatch || result.Verdict == screening.RefuseMessage:
			to, reason = Refused, refusal(result.Hits)
		case sum.Pass+sum.Hold+sum.Escalate == 0:
			to, reason = Refused, allRefused
			now.Verdict = screening.RefuseBatch
		default:
			if to, err = s.afterScreening(ctx, now); err != nil {
				return err
			}
		}
		if err := s.Rules.CountBatch(ctx, ruleset.BatchCount{BatchID: b.ID, RuleSet: b.RuleSetVersion, Rules: figures.Rules, Shadows: figures.Shadows}); err != nil {
			return err
		}
		now.ScreenedAt, now.LeaseUntil, now.Tries = s.clock.Instant(), 0, 0
		return s.move(ctx, now, to, reason, map[string]any{
			"pass": sum.Pass, "hold": sum.Hold, "refuse": sum.Refuse, "escalate": sum.Escalate, "parts": sum.PassParts, "groups": len(groups), "rule_set": b.RuleSetVersion,
		}, "Pass", "Hold", "Refuse", "Escalate", "PassParts", "MaxLevel", "GroupCount", "Hits", "Verdict", "ScreenedAt", "LeaseUntil", "Tries")
	})
	failpoint.Hit("batch.settle.done")
	if err == nil {
		for i := range settled {
			chunks[settled[i].Seq-1] = settled[i]
		}
		s.clear(ctx, b, chunks)
	}
	return err
}

// allRefused is the reason of a batch of which not one message may be sent.
const allRefused = "BATCH.ALL_REFUSED"

// refusal are the reason codes for which a batch is refused, as its reason.
func refusal(hits []screening.Hit) string {
	out := ""
	for _, h := range hits {
		if h.Shadow || screening.Verdict(h.Action).Severity() < screening.RefuseMessage.Severity() {
			continue
		}
		if out != "" {
			out += " "
		}
		out += h.ReasonCode
	}
	return out
}

// failAside stops a batch of which a chunk can't be judged; Resume tries again.
func (s *Service) failAside(ctx context.Context, old *Batch, c *Chunk) error {
	return s.change(ctx, old.ID, func(ctx context.Context, b *Batch) error {
		if b.LeaseToken != old.LeaseToken || b.State != Screening {
			return errFenced
		}
		last := c.FirstSeq + c.Count - 1
		b.Problem = problemOf(ErrChunkAside.Sayf("第 %d 块（第 %d 至 %d 条）处理失败 %d 次，已搁置；请联系管理员查明后点“重试”",
			"chunk %d (messages %d to %d) failed %d times and was set aside; tell the administrator, then try again", c.Seq, c.FirstSeq, last, c.Tries))
		b.LeaseUntil = 0
		return s.move(ctx, b, Failed, ErrChunkAside.Code, map[string]any{"chunk": c.Seq}, "Problem", "LeaseUntil")
	})
}

// groupUp adds up the chunks' tallies. Two passes: the first keeps only figures of every group, so that a million different
// texts take some 100 bytes each for a moment; the second takes the samples of the groups that stay.
// Near-identical ones are put together; the standings tell into which group.
func (s *Service) groupUp(ctx context.Context, b *Batch, key *crypt.Key, chunks []Chunk) ([]Group, *figures, *standings, error) {
	all, classes := map[string]*kept{}, classOf{}
	sum := &figures{}
	sum.merge(&figures{}) // makes its maps
	err := s.eachTally(ctx, chunks, sum, func(_ *Chunk, t *tally) {
		k := all[t.Group]
		if k == nil {
			k = &kept{wordings: 1, class: classes.of(t), sketch: similar.Of(t.Sample)}
			all[t.Group] = k
		}
		k.add(t)
	})
	if err != nil {
		return nil, nil, nil, err
	}
	ids := make([]string, 0, len(all))
	for id := range all {
		ids = append(ids, id)
	}
	deskOrder(ids, all)
	ids, led := alike(ids, all)
	deskOrder(ids, all)
	out := make([]Group, 0, min(len(ids), MaxGroups))
	index := map[string]int{}
	own := len(ids)
	if own > MaxGroups {
		own = MaxGroups - 4 // room for one rest group per verdict
	}
	for _, id := range ids[:own] {
		k := all[id]
		index[id] = len(out)
		out = append(out, Group{BatchID: b.ID, ID: id, Rules: []string{}, Reasons: []string{}, Pass: k.pass, Hold: k.hold, Refuse: k.refuse, Escalate: k.escalate, Parts: k.parts, MaxLevel: k.level, FirstSeq: k.first, Wordings: k.wordings})
	}
	for _, id := range ids[own:] {
		k := all[id]
		rest := restID(k.worst())
		at, ok := index[rest]
		if !ok {
			at = len(out)
			index[rest] = at
			out = append(out, Group{BatchID: b.ID, ID: rest, Rest: true, Rules: []string{}, Reasons: []string{}, FirstSeq: k.first})
		}
		g := &out[at]
		g.Pass, g.Hold, g.Refuse, g.Escalate = g.Pass+k.pass, g.Hold+k.hold, g.Refuse+k.refuse, g.Escalate+k.escalate
		g.Parts, g.MaxLevel, g.FirstSeq, g.Wordings = g.Parts+k.parts, max(g.MaxLevel, k.level), min(g.FirstSeq, k.first), g.Wordings+k.wordings
	}
	stand := &standings{index, led, map[int64]int{}, map[int64]bool{}}
	err = s.eachTally(ctx, chunks, nil, func(c *Chunk, t *tally) {
		g := &out[stand.at(c, t)]
		for _, r := range t.Rules {
			if !slices.Contains(g.Rules, r) && len(g.Rules) < 50 {
				g.Rules = append(g.Rules, r)
			}
		}
		for _, r := range t.Reasons {
			if !slices.Contains(g.Reasons, r) && len(g.Reasons) < 50 {
				g.Reasons = append(g.Reasons, r)
			}
		}
		if t.First == g.FirstSeq {
			g.Sample, g.SampleHits = t.Sample, slices.Clone(t.Hits)
		}
	})
	if err != nil {
		return nil, nil, nil, err
	}
	for i := range out {
		g := &out[i]
		g.Position = int64(i + 1)
		if g.Sealed, err = sealSample(key, g); err != nil {
			return nil, nil, nil, err
		}
	}
	return out, sum, stand, nil
}

func (s *Service) eachTally(ctx context.Context, chunks []Chunk, sum *figures, use func(*Chunk, *tally)) error {
	for i := range chunks {
		c := &chunks[i]
		if err := ctx.Err(); err != nil {
			return err
		}
		plain, err := s.openPlain(ctx, c, kindVerdicts, c.VerdictKey, c.VerdictSHA256)
		if err != nil {
			return err
		}
		v, err := splitVerdicts(plain)
		if err != nil {
			return err
		}
		tallies, err := v.ownTallies()
		if err != nil {
			return err
		}
		for j := range tallies {
			use(c, &tallies[j])
		}
		if sum == nil {
			continue
		}
		f, err := v.figures()
		if err != nil {
			return err
		}
		sum.merge(&f)
	}
	return nil
}

type sample struct {
	Text string          `json:"text"`
	Hits []screening.Hit `json:"hits"`
}

func sampleContext(g *Group) string { return "sealgate batch sample\x00" + g.BatchID + "\x00" + g.ID }

func sealSample(key *crypt.Key, g *Group) (string, error) {
	b, err := json.Marshal(sample{g.Sample, g.SampleHits})
	if err != nil {
		return "", err
	}
	return encode(key.Seal(b, sampleContext(g))), nil
}

func openSample(key *crypt.Key, g *Group) error {
	sealed, err := decode(g.Sealed)
	if err != nil {
		return ErrChunkDamaged.Because(err)
	}
	plain, err := key.Open(sealed, sampleContext(g))
	if err != nil {
		return err
	}
	var x sample
	if err := json.Unmarshal(plain, &x); err != nil {
		return ErrChunkDamaged.Because(err)
	}
	g.Sample, g.SampleHits = x.Text, x.Hits
	return nil
}

// batchFacts is what the batch rules ask (A05, A06).
func (s *Service) batchFacts(ctx context.Context, b *Batch, parts int64) (screening.BatchFacts, error) {
	c, active, licences, reasons, err := s.sendability(ctx, b)
	if err != nil {
		return screening.BatchFacts{}, err
	}
	g, err := s.Signatures.Get(ctx, b.SignatureID)
	if err != nil {
		return screening.BatchFacts{}, err
	}
	at := s.sendAt(b)
	day := at.Date()
	used, err := s.store.partsOfDay(ctx, b.ContractID, b.ID, day.Start().UnixMilli(), day.AddDays(1).Start().UnixMilli())
	if err != nil {
		return screening.BatchFacts{}, err
	}
	facts, err := s.wholeFacts(ctx, b, parts)
	if err != nil {
		return screening.BatchFacts{}, err
	}
	facts["contract_reasons"] = reasons
	share := 0.0
	if b.Recipients > 0 {
		share = float64(b.InRuns) / float64(b.Recipients)
	}
	return screening.BatchFacts{
		Phones: int(b.Recipients), LongestRun: int(b.LongestRun), RunShare: share, Parts: parts,
		DailyCap: c.Terms.Cap(), UsedToday: used, Hour: at.Time().Hour(), Minute: at.Time().Minute(), SendFrom: c.SendFrom, SendTo: c.SendTo,
		Category: string(b.Category), AllowedCategories: c.AllowedCategories, ContractActive: active, LicencesValid: licences,
		SignatureApproved: g.State == registration.Approved,
		Facts:             facts,
	}, nil
}
