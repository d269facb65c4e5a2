package batch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/platform/failpoint"
	"sealgate/server/ruleset"
	"sealgate/server/screening"
)

func encode(b []byte) string          { return base64.StdEncoding.EncodeToString(b) }
func decode(s string) ([]byte, error) { return base64.StdEncoding.DecodeString(s) }

func sha256Of(b []byte) [sha256.Size]byte { return sha256.Sum256(b) }

// retryAfter is how long to wait before the next try, by how many there were.
func retryAfter(tries int64) time.Duration { return time.Duration(tries) * 2 * time.Second }

// screenNext screens one chunk of a batch that nobody works on.
func (s *Service) screenNext(ctx context.Context, batchID string) (bool, error) {
	now := s.clock.Real()
	waiting, err := s.store.pendingChunks(ctx, batchID, now.UnixMilli(), 8)
	if err != nil || len(waiting) == 0 {
		return false, err
	}
	c := &waiting[rand.IntN(len(waiting))] // so that workers seldom run for the same one
	if c.Tries >= maxTries {               // whoever tried it died with it
		return true, s.setAside(ctx, c, now.UnixMilli(), "the worker died in the middle of it, every time")
	}
	taken := false
	err = s.db.Run(ctx, func(ctx context.Context) error {
		taken, err = s.store.claimChunk(ctx, c, now.UnixMilli(), now.Add(lease).UnixMilli())
		return err
	})
	if err != nil || !taken {
		return err == nil, err // somebody was faster: there may be others
	}
	failpoint.Hit("batch.screen.claimed")
	work, stop := s.keep(ctx, func(ctx context.Context, until int64) (ok bool, err error) {
		err = s.db.Run(ctx, func(ctx context.Context) error {
			next := *c
			next.LeaseUntil = until
			ok, err = s.store.updateChunk(ctx, &next, "LeaseUntil")
			return err
		})
		return ok, err
	})
	err = s.screenChunk(work, c)
	if cause := context.Cause(work); err != nil && cause != nil {
		err = cause
	}
	stop()
	if err == nil || errors.Is(err, errFenced) {
		return true, nil
	}
	return true, s.failChunk(ctx, c, err)
}

// failChunk lets another try follow, or sets the chunk aside after the last one.
func (s *Service) failChunk(ctx context.Context, c *Chunk, cause error) error {
	stopping := ctx.Err() != nil
	ctx = context.WithoutCancel(ctx)
	c.LastError = cut(cause.Error())
	c.LeaseUntil = s.clock.Real().Add(retryAfter(c.Tries)).UnixMilli()
	switch {
	case stopping:
		c.Tries, c.LeaseUntil = c.Tries-1, 0
	case c.Tries >= maxTries:
		c.State, c.LeaseUntil = ChunkAside, 0
		fallthrough
	default:
		slog.ErrorContext(ctx, "screen a chunk", "batch", c.BatchID, "chunk", c.Seq, "try", c.Tries, "error", cause)
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		_, err := s.store.updateChunk(ctx, c, "State", "LastError", "Tries", "LeaseUntil")
		s.wakeWorkers(ctx)
		return err
	})
}

func (s *Service) setAside(ctx context.Context, c *Chunk, now int64, why string) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		ok, err := s.store.claimChunk(ctx, c, now, now)
		if err != nil || !ok {
			return err
		}
		c.Tries--
		c.State, c.LastError, c.LeaseUntil = ChunkAside, why, 0
		_, err = s.store.updateChunk(ctx, c, "State", "LastError", "Tries", "LeaseUntil")
		s.wakeWorkers(ctx)
		return err
	})
}

// screenChunk judges the messages of a chunk and stores the verdicts beside it.
func (s *Service) screenChunk(ctx context.Context, c *Chunk) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	b, err := s.store.get(ctx, c.BatchID)
	if err != nil {
		return err
	}
	if b == nil || b.State != Screening {
		return errFenced
	}
	if err := s.openText(ctx, b); err != nil {
		return err
	}
	rules, err := s.Rules.Compiled(ctx, b.RuleSetVersion)
	if err != nil {
		return err
	}
	messages, err := s.OpenChunk(ctx, c)
	if err != nil {
		return err
	}
	about, err := s.aboutRecipients(ctx, b, messages)
	if err != nil {
		return err
	}
	facts, err := s.messageFacts(ctx, b)
	if err != nil {
		return err
	}
	j := newJudge(b, c, rules, facts)
	if j.chain, err = s.chainFacts(ctx, b); err != nil {
		return err
	}
	if err := s.beside(ctx, j); err != nil {
		return err
	}
	for i := range messages {
		if i%512 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := j.judge(&messages[i], about[i]); err != nil {
			return err
		}
	}
	plain, err := j.encode()
	if err != nil {
		return err
	}
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return err
	}
	object, err := sealObject(key, b.ID, c.Seq, kindVerdicts, plain)
	if err != nil {
		return err
	}
	// The token in the key keeps a worker that wakes up late from writing over what its successor has stored.
	verdictKey := fmt.Sprintf("%s.v%d", strings.TrimSuffix(c.Key, ".msg"), c.LeaseToken)
	info, err := s.Blobs.Put(ctx, verdictKey, bytes.NewReader(object))
	if err != nil {
		return err
	}
	failpoint.Hit("batch.screen.verdicts_stored")
	done := *c
	done.VerdictKey, done.VerdictSHA256, done.State, done.LeaseUntil, done.LastError = verdictKey, info.SHA256, ChunkDone, 0, ""
	done.Pass, done.Hold, done.Refuse, done.Escalate, done.PassParts = j.pass, j.hold, j.refuse, j.escalate, j.passParts
	err = s.db.Run(ctx, func(ctx context.Context) error {
		ok, err := s.store.updateChunk(ctx, &done, "VerdictKey", "VerdictSHA256", "State", "LeaseUntil", "LastError", "Pass", "Hold", "Refuse", "Escalate", "PassParts")
		if err == nil && !ok {
			err = errFenced
		}
		s.wakeWorkers(ctx)
		return err
	})
	if errors.Is(err, errFenced) {
		_ = s.Blobs.Delete(context.WithoutCancel(ctx), verdictKey)
	}
	failpoint.Hit("batch.screen.done")
	return err
}

// sendAt is when sending would begin: the scheduled time, else now (business clock).
func (s *Service) sendAt(b *Batch) caldate.Instant {
	if now := s.clock.Instant(); b.ScheduledAt.Before(now) {
		return now
	}
	return b.ScheduledAt
}

// judge screens the messages of one chunk. It is for one goroutine.
type judge struct {
	batch    *Batch
	rules    *ruleset.Compiled
	screener *screening.Screener
	msg      screening.Message
	result   screening.Result
	columns  verdictColumns
	tallies  map[uint64]*tally
	clean    map[uint64]uint32 // findings without hits, by group: most messages
	chain    chainFacts        // what is on file with the carriers
	template uint64            // of the template's own words; 0 where texts differ
	live     []string          // rules of the present message
	counted  []string          // likewise, those on trial included

	shadow   *screening.Screener // of the set that runs in the shadow, or nil
	beside   screening.Result
	besideOf *ruleset.ShadowFigures

	pass, hold, refuse, escalate, passParts int64
}

func newJudge(b *Batch, c *Chunk, rules *ruleset.Compiled, facts map[string]any) *judge {
	j := &judge{batch: b, rules: rules, screener: rules.Set.NewScreener(), tallies: map[uint64]*tally{}, clean: map[uint64]uint32{}}
	j.msg = screening.Message{Category: string(b.Category), Signature: b.Signature, Facts: facts}
	j.columns.firstSeq = c.FirstSeq
	if b.Mode != TextPerRow {
		pieces := []string{b.Text}
		if b.Mode == Template {
			pieces, _, _ = parseTemplate(b.Text) // it was checked when the batch was made
		}
		j.template = likeness(strings.Join(pieces, "\x00"))
	}
	return j
}

// beside lets the judge ask the set that runs in the shadow too, where there is one. It counts and acts on nothing.
func (s *Service) beside(ctx context.Context, j *judge) error {
	c, run, err := s.Rules.Shadowing(ctx)
	if err != nil || c == nil {
		return err
	}
	j.shadow, j.besideOf = c.Set.NewScreener(), &ruleset.ShadowFigures{Version: c.Version}
	j.columns.figures.Shadows = map[string]*ruleset.ShadowFigures{run: j.besideOf}
	return nil
}

// countRules counts the message for each rule that hit it, once.
func (j *judge) countRules(r *screening.Result) {
	if len(r.Hits) == 0 {
		return
	}
	if j.columns.figures.Rules == nil {
		j.columns.figures.Rules = map[string]ruleset.HitCount{}
	}
	j.counted = j.counted[:0]
	for i := range r.Hits {
		h := &r.Hits[i]
		if slices.Contains(j.counted, h.Rule) {
			continue
		}
		j.counted = append(j.counted, h.Rule)
		c := j.columns.figures.Rules[h.Rule]
		if h.Shadow {
			c.Shadow++
		} else {
			c.Live++
		}
		j.columns.figures.Rules[h.Rule] = c
	}
}

func (j *judge) judge(m *Message, about recipientFacts) error {
	f := j.msg.Facts
	f["carrier"] = m.Carrier
	about.into(f)
	j.msg.Text, j.msg.Phone, j.msg.Vars = m.Text, m.Phone, nil
	if j.batch.Mode == Template {
		j.msg.Vars = m.Vars
	}
	j.chain.into(f, m)
	j.screener.Screen(&j.msg, &j.result)
	r := &j.result
	if j.shadow != nil {
		j.shadow.Screen(&j.msg, &j.beside)
		j.besideOf.Add(r, &j.beside)
	}
	if about.kind != "" && r.Verdict.Severity() < screening.RefuseMessage.Severity() {
		// The law's demand holds whatever the rule set says.
		r.Verdict = screening.RefuseMessage
		r.Hits = append(r.Hits, lawHit(about.kind))
	}
	j.countRules(r)
	level := 0
	j.live = j.live[:0]
	for i := range r.Hits {
		h := &r.Hits[i]
		if h.Shadow || h.Action == "pass" || h.Action == "tag" {
			continue
		}
		level = max(level, j.rules.Level(h.Rule))
		if !slices.Contains(j.live, h.Rule) {
			j.live = append(j.live, h.Rule)
		}
	}
	if r.Verdict == screening.Pass {
		level = 0
	}
	slices.Sort(j.live)
	group := j.template
	if group == 0 {
		group = likeness(m.Text)
	}
	group = mix(group, string(r.Verdict))
	for _, rule := range j.live {
		group = mix(group, rule)
	}
	j.count(m, r, group, level)
	if len(r.Hits) == 0 {
		if i, ok := j.clean[group]; ok {
			j.columns.index = append(j.columns.index, i)
			return nil
		}
	}
	err := j.columns.add(finding{Verdict: r.Verdict, Content: r.ContentVerdict, Score: r.Score, Level: level, Group: groupID(group), Hits: r.Hits})
	if len(r.Hits) == 0 && err == nil {
		j.clean[group] = j.columns.index[len(j.columns.index)-1]
	}
	return err
}

func (j *judge) count(m *Message, r *screening.Result, group uint64, level int) {
	t := j.tallies[group]
	if t == nil {
		t = &tally{Group: groupID(group), First: m.Seq, Level: int64(level), Sample: m.Text, Hits: slices.Clone(r.Hits)}
		for _, h := range r.Hits {
			if !h.Shadow && !slices.Contains(t.Rules, h.Rule) {
				t.Rules = append(t.Rules, h.Rule)
			}
			if !h.Shadow && !slices.Contains(t.Reasons, h.ReasonCode) {
				t.Reasons = append(t.Reasons, h.ReasonCode)
			}
		}
		slices.SortStableFunc(t.Rules, func(a, b string) int { return j.rules.Level(b) - j.rules.Level(a) })
		j.tallies[group] = t
	}
	t.Parts += int64(m.Parts)
	t.Level = max(t.Level, int64(level))
	switch r.Verdict {
	case screening.Hold:
		t.Hold++
		j.hold++
	case screening.Escalate:
		t.Escalate++
		j.escalate++
	case screening.RefuseMessage, screening.RefuseBatch:
		t.Refuse++
		j.refuse++
		return
	default:
		t.Pass++
		j.pass++
	}
	j.passParts += int64(m.Parts)
}

func (j *judge) encode() ([]byte, error) {
	for _, t := range j.tallies {
		j.columns.tallies = append(j.columns.tallies, *t)
	}
	slices.SortFunc(j.columns.tallies, func(a, b tally) int { return strings.Compare(a.Group, b.Group) })
	return j.columns.encode()
}

func groupID(h uint64) string { return fmt.Sprintf("%016x", h) }

// restID is the group into which those beyond MaxGroups go, one per verdict. As hashes these values do not come up.
func restID(v screening.Verdict) string { return groupID(uint64(v.Severity() + 1)) }

// likeness is a hash (FNV-1a) of what near-identical texts have in common: numbers, codes and Latin words of whatever
// length count as one sign, spaces and punctuation not at all. It must never change: groups of one batch come from many
// servers.
func likeness(text string) uint64 {
	h := uint64(14695981039346656037)
	inRun := false
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '０' && r <= '９', r >= 'Ａ' && r <= 'Ｚ', r >= 'ａ' && r <= 'ｚ':
			if inRun {
				continue
			}
			inRun = true
			r = '#'
		case r == '.' || r == ':' || r == '/' || r == '-' || r == '_':
			continue // inside numbers, times and addresses
		case r < 0x80, r >= 0x2000 && r < 0x2070, r >= 0x3000 && r < 0x3020, r >= 0xff00 && r < 0xff10, r >= 0xff1a && r < 0xff21, r == '￥', r == '·':
			inRun = false
			continue
		default:
			inRun = false
		}
		h = (h ^ uint64(r)) * 1099511628211
	}
	return h
}

func mix(h uint64, s string) uint64 {
	h = (h ^ 0x1f) * 1099511628211
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// sendability asks the contract whether messages of the batch may leave when it wants to send.
func (s *Service) sendability(ctx context.Context, b *Batch) (c *contract.Contract, active, licences bool, reasons []string, err error) {
	if c, err = s.Contracts.Get(ctx, b.ContractID); err != nil {
		return nil, false, false, nil, fmt.Errorf("contract of batch %s: %w", b.ID, err)
	}
	may, err := s.Contracts.Sendable(ctx, b.ContractID, s.sendAt(b))
	if err != nil {
		return nil, false, false, nil, fmt.Errorf("contract of batch %s: %w", b.ID, err)
	}
	active, licences = true, true
	for _, r := range may.Reasons {
		if r == "licence" || r == "suspended:licence" {
			licences = false
		} else {
			active = false
		}
	}
	reasons = may.Reasons
	if s.Senders != nil {
		barred, err := s.Senders.SenderBarred(ctx, b.CustomerID, b.Signature, b.ServiceCode)
		if err != nil {
			return nil, false, false, nil, err
		}
		if barred { // whoever owns the contract: illegal content was sent under that name (A10)
			active, reasons = false, append(slices.Clone(reasons), "blacklisted")
		}
	}
	return c, active, licences, reasons, nil
}
