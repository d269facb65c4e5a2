package batch

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/platform/failpoint"
	"sealgate/server/screening"
)

// Aside lists the chunks of a batch that could not be judged and wait for a person: Resume tries them again, Discard leaves their
// messages out.
func (s *Service) Aside(ctx context.Context, b *Batch) ([]Chunk, error) {
	if b.State != Failed {
		return nil, nil
	}
	chunks, err := s.store.chunks(ctx, b.ID)
	return slices.DeleteFunc(chunks, func(c Chunk) bool { return c.State != ChunkAside }), err
}

// discarded is the hit that the messages of a discarded chunk carry.
var discarded = screening.Hit{
	Rule: "batch.set_aside", Class: "batch", Action: string(screening.RefuseMessage), ReasonCode: "BATCH.SET_ASIDE", Title: "无法处理，已剔除",
}

// Discard leaves out the messages of a chunk that was set aside: each is refused, with the reason on file, so that the rest of the
// batch can go on. A chunk that can't even be read is no case for it: such a batch must be cancelled and uploaded again.
func (s *Service) Discard(ctx context.Context, batchID string, seq int64, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return ErrReason
	}
	b, err := s.Get(ctx, batchID)
	if err != nil {
		return err
	}
	aside, err := s.Aside(ctx, b)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(aside, func(c Chunk) bool { return c.Seq == seq })
	if i < 0 {
		return ErrNotAside
	}
	c := &aside[i]
	messages, err := s.OpenChunk(ctx, c)
	if err != nil {
		return ErrChunkLost.Because(err)
	}
	done, err := s.storeRefusals(ctx, b, c, messages)
	if err != nil {
		return err
	}
	failpoint.Hit("batch.discard.stored")
	return s.change(ctx, batchID, func(ctx context.Context, b *Batch) error {
		ok, err := s.store.endAside(ctx, done, c.LeaseToken)
		if err != nil {
			return err
		}
		if !ok || b.State != Failed {
			return ErrNotAside
		}
		detail := map[string]any{"chunk": seq, "messages": c.Count, "last_error": c.LastError}
		if len(aside) > 1 {
			return s.record(ctx, b, "batch.discard", "", "", reason, detail)
		}
		b.Problem, b.Tries, b.LeaseUntil = Problem{}, 0, 0
		return s.move(ctx, b, Screening, reason, detail, "Problem", "Tries", "LeaseUntil")
	})
}

// storeRefusals writes the verdicts of a discarded chunk and gives the chunk as it then is.
func (s *Service) storeRefusals(ctx context.Context, b *Batch, c *Chunk, messages []Message) (*Chunk, error) {
	rules, err := s.Rules.Compiled(ctx, b.RuleSetVersion)
	if err != nil {
		return nil, err
	}
	j := newJudge(b, c, rules, nil)
	group := mix(j.template, discarded.Rule+" "+actor.From(ctx).UserID)
	r := screening.Result{Verdict: screening.RefuseMessage, Hits: []screening.Hit{discarded}}
	for i := range messages {
		j.count(&messages[i], &r, group, 0)
		if err := j.columns.add(finding{Verdict: r.Verdict, Content: screening.Pass, Group: groupID(group), Hits: r.Hits}); err != nil {
			return nil, err
		}
	}
	plain, err := j.encode()
	if err != nil {
		return nil, err
	}
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return nil, err
	}
	object, err := sealObject(key, b.ID, c.Seq, kindVerdicts, plain)
	if err != nil {
		return nil, err
	}
	done := *c
	done.LeaseToken++
	done.VerdictKey = fmt.Sprintf("%s.v%d", strings.TrimSuffix(c.Key, ".msg"), done.LeaseToken)
	info, err := s.Blobs.Put(ctx, done.VerdictKey, bytes.NewReader(object))
	if err != nil {
		return nil, err
	}
	done.VerdictSHA256, done.State, done.LeaseUntil = info.SHA256, ChunkDone, 0
	done.Pass, done.Hold, done.Refuse, done.Escalate, done.PassParts = j.pass, j.hold, j.refuse, j.escalate, j.passParts
	return &done, nil
}
