package batch

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"sealgate/server/errs"
	"sealgate/server/platform/crypt"
)

// Folder is where all objects of a batch lie in storage.
func Folder(batchID string) string { return folderOf(batchID) }

// Purge says that the content of a batch was destroyed: the texts say on which day and by which rule.
type Purge struct {
	On   string `json:"on"` // YYYY-MM-DD, business clock
	Rule string `json:"rule"`
	Zh   string `json:"detail"`
	En   string `json:"detail_en"`
}

// purgeOf reads it out of the error of a destroyed key; nil for any other.
func purgeOf(err error) *Purge {
	if !errors.Is(err, crypt.ErrKeyGone) {
		return nil
	}
	e := errs.As(err)
	on, _ := e.Meta["purged_on"].(string)
	rule, _ := e.Meta["rule"].(string)
	return &Purge{on, rule, e.Zh, e.En}
}

// ours are the objects of reading and screening below a batch's folder; others' (pieces of uploads, bitmaps of approvals) are
// looked after by who stores them.
var ours = regexp.MustCompile(`^(source-\d+(\.zst)?|\d+/(errors(\.zst)?|\d+\.msg(\.v\d+)?|\d+\.[vs]\d+))$`)

// Garbage gives those of a batch's objects that no row names: what killed workers left. Nothing of a batch that somebody works on,
// and nothing of one that the database does not know, which may have been restored from an older backup.
func (s *Service) Garbage(ctx context.Context, keys []string) (out []string, err error) {
	byBatch := map[string][]string{}
	for _, key := range keys {
		if id, rest, ok := strings.Cut(strings.TrimPrefix(key, "batches/"), "/"); ok && ours.MatchString(rest) {
			byBatch[id] = append(byBatch[id], key)
		}
	}
	for id, keys := range byBatch {
		b, err := s.store.get(ctx, id)
		if err != nil {
			return nil, err
		}
		if b == nil || b.LeaseUntil > s.clock.Real().UnixMilli() {
			continue
		}
		chunks, err := s.store.chunks(ctx, id)
		if err != nil {
			return nil, err
		}
		named := map[string]bool{b.SourceKey: true, b.ErrorKey: true}
		for i := range chunks {
			if chunks[i].LeaseUntil > s.clock.Real().UnixMilli() {
				named = nil // a chunk is being judged: what its worker stores is named in a moment
				break
			}
			named[chunks[i].Key], named[chunks[i].VerdictKey] = true, true
		}
		for _, key := range keys {
			if named != nil && !named[key] {
				out = append(out, key)
			}
		}
	}
	return out, nil
}
