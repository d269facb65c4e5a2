package batch

import "context"

// Opened is a message with its verdict.
type Opened struct {
	Message *Message
	Verdict *VerdictRow
}

// pageChunks is how many chunks a page of messages reads: some tenths of a second, however thinly a group is spread over millions.
const pageChunks = 8

// Page opens the messages of a batch, or of one group where groupID is set, that come after a number: at most limit, and fewer where
// they lie far apart. next is the number after which the next page begins, 0 at the end. The caller logs the look. Errors: ErrNoGroup.
func (s *Service) Page(ctx context.Context, batchID, groupID string, after int64, limit int) (page []Opened, next int64, err error) {
	left := int64(-1) // how many are still to be found; not known but at the beginning of a group
	if groupID != "" {
		g, err := s.store.groupByID(ctx, batchID, groupID)
		if err != nil {
			return nil, 0, err
		}
		if g == nil {
			return nil, 0, ErrNoGroup
		}
		if after < g.FirstSeq {
			after, left = g.FirstSeq-1, g.Total()
		}
	}
	chunks, err := s.store.chunks(ctx, batchID)
	if err != nil {
		return nil, 0, err
	}
	read := 0
	for i := range chunks {
		c := &chunks[i]
		if c.FirstSeq+c.Count <= after+1 || c.State != ChunkDone {
			continue
		}
		if read++; read > pageChunks {
			return page, c.FirstSeq - 1, nil
		}
		found, err := s.pageOf(ctx, c, groupID, after, limit-len(page))
		if err != nil {
			return nil, 0, err
		}
		page = append(page, found...)
		if left -= int64(len(found)); left == 0 {
			return page, 0, nil
		}
		if len(page) == limit {
			return page, found[len(found)-1].Message.Seq, nil
		}
	}
	return page, 0, nil
}

// pageOf gives what a chunk has for a page; its messages are opened only where it has some of the group.
func (s *Service) pageOf(ctx context.Context, c *Chunk, groupID string, after int64, limit int) (page []Opened, err error) {
	verdicts, err := s.OpenVerdicts(ctx, c)
	if err != nil {
		return nil, err
	}
	var messages []Message
	for j := range verdicts {
		v := &verdicts[j]
		if v.Seq <= after || groupID != "" && v.Group != groupID {
			continue
		}
		if messages == nil {
			if messages, err = s.OpenChunk(ctx, c); err != nil {
				return nil, err
			}
		}
		if page = append(page, Opened{&messages[j], v}); len(page) == limit {
			break
		}
	}
	return page, nil
}
