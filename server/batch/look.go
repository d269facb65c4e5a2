package batch

import (
	"context"

	"sealgate/server/screening"
)

// Chunks lists the chunks of a batch, by number. Who may see the batch was decided when it was got.
func (s *Service) Chunks(ctx context.Context, batchID string) ([]Chunk, error) {
	return s.store.chunks(ctx, batchID)
}

// OpenChunk gives the messages of a chunk. The stored object must have the hash of the row and must have been sealed for
// this chunk of this batch; anything else is ErrChunkDamaged or crypt.ErrDamaged.
func (s *Service) OpenChunk(ctx context.Context, c *Chunk) ([]Message, error) {
	plain, err := s.openPlain(ctx, c, kindMessages, c.Key, c.SHA256)
	if err != nil {
		return nil, err
	}
	return decodeMessages(plain)
}

// OpenVerdicts gives the verdicts of a chunk, one per message and in the same order, with the ids of the batch's groups.
func (s *Service) OpenVerdicts(ctx context.Context, c *Chunk) ([]VerdictRow, error) {
	plain, err := s.openPlain(ctx, c, kindVerdicts, c.VerdictKey, c.VerdictSHA256)
	if err != nil {
		return nil, err
	}
	rows, err := decodeVerdicts(plain)
	if err != nil {
		return nil, err
	}
	own, err := s.store.groupIDs(ctx, c.BatchID)
	if err != nil {
		return nil, err
	}
	aliases, err := s.store.aliases(ctx, c.BatchID, c.Seq)
	if err != nil {
		return nil, err
	}
	led, err := aliases.unpack()
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Group = shownIn(&rows[i], own, led)
	}
	return rows, nil
}

// mildRefuse counts a message that would refuse the batch among the refused ones.
func mildRefuse(v screening.Verdict) screening.Verdict {
	if v == screening.RefuseBatch {
		return screening.RefuseMessage
	}
	return v
}

func (s *Service) openPlain(ctx context.Context, c *Chunk, kind, blobKey, sha string) ([]byte, error) {
	object, err := s.readObject(ctx, blobKey, sha)
	if err != nil {
		return nil, err
	}
	keyID, sealed, err := splitObject(object)
	if err != nil {
		return nil, err
	}
	key, err := s.Keys.ByID(ctx, keyID)
	if err != nil {
		return nil, err
	}
	return openObject(key, c.BatchID, c.Seq, kind, sealed)
}

// GroupCounts gives the figures of all groups of a batch, worst and largest first, without their texts.
func (s *Service) GroupCounts(ctx context.Context, batchID string) ([]Group, error) {
	return s.store.groups(ctx, batchID, 0, MaxGroups)
}

// Groups gives groups after a position (0: from the first), worst and largest first, with their sample texts opened. The
// caller logs the look.
func (s *Service) Groups(ctx context.Context, batchID string, after int64, limit int) ([]Group, error) {
	b, err := s.Get(ctx, batchID)
	if err != nil {
		return nil, err
	}
	groups, err := s.store.groups(ctx, batchID, after, limit)
	if err != nil {
		return nil, err
	}
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return nil, err
	}
	for i := range groups {
		if err := openSample(key, &groups[i]); err != nil {
			return nil, err
		}
	}
	return groups, nil
}

// ShowGroups is Groups for a page: the look is logged (A22).
func (s *Service) ShowGroups(ctx context.Context, batchID string, after int64, limit int) ([]Group, error) {
	b, err := s.Get(ctx, batchID)
	if err != nil {
		return nil, err
	}
	groups, err := s.Groups(ctx, batchID, after, limit)
	if err != nil || len(groups) == 0 {
		return groups, err
	}
	return groups, s.look(ctx, b, "batch.look_groups", map[string]any{"groups": len(groups), "after": after})
}

// ShownMessage is a message as people see it: number masked, text cut where hits begin and end.
type ShownMessage struct {
	Seq      int64
	Line     int64
	Phone    string
	Carrier  string
	Parts    int
	Verdict  screening.Verdict
	Segments []screening.Segment
	Hits     []screening.Hit
}

// ShowMessages is Page for people who may see the batch, numbers masked; the look is logged (A22).
func (s *Service) ShowMessages(ctx context.Context, batchID, groupID string, after int64, limit int) (shown []ShownMessage, next int64, err error) {
	b, err := s.Get(ctx, batchID)
	if err != nil {
		return nil, 0, err
	}
	page, next, err := s.Page(ctx, batchID, groupID, after, limit)
	if err != nil || len(page) == 0 {
		return nil, next, err
	}
	for _, o := range page {
		m, v := o.Message, o.Verdict
		shown = append(shown, ShownMessage{
			Seq: m.Seq, Line: m.Line, Phone: maskPhone(m.Phone), Carrier: m.Carrier, Parts: m.Parts, Verdict: v.Verdict,
			Segments: screening.Segments(m.Text, v.Hits), Hits: v.Hits,
		})
	}
	return shown, next, s.look(ctx, b, "batch.look", map[string]any{"group": groupID, "messages": len(shown), "after": after})
}

// GroupTotal is how many messages a group has.
func (s *Service) GroupTotal(ctx context.Context, batchID, groupID string) (int64, error) {
	g, err := s.store.groupByID(ctx, batchID, groupID)
	if err != nil {
		return 0, err
	}
	if g == nil {
		return 0, ErrNoGroup
	}
	return g.Total(), nil
}

// GroupSample gives one group with its sample opened. The caller logs the look.
func (s *Service) GroupSample(ctx context.Context, batchID, groupID string) (*Group, error) {
	b, err := s.Get(ctx, batchID)
	if err != nil {
		return nil, err
	}
	g, err := s.store.groupByID(ctx, batchID, groupID)
	if err != nil {
		return nil, err
	}
	if g == nil {
		return nil, ErrNoGroup
	}
	key, err := s.Keys.ByID(ctx, b.DataKeyID)
	if err != nil {
		return nil, err
	}
	return g, openSample(key, g)
}
