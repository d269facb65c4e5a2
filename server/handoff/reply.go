package handoff

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Reply is a message that a recipient sent back (上行, A26). It belongs to the batch that last sent to the number from that service
// code before it came; where none is found, to the last batch that was handed off from the code. Replies are never charged.
type Reply struct {
	ID          string          `gorm:"primaryKey"`
	At          caldate.Instant // business clock: when the engine passed it on
	Channel     string
	Ref         string // the engine's own number of the reply, unique per channel: a repeat changes nothing
	Phone       string `gorm:"-"` // in memory alone, for watchers and for showing it masked; opened from Sealed
	Text        string `gorm:"-"` // likewise
	PhoneHash   string // HMAC under the provider's key
	Sealed      string // number and text under the customer's data key of the month
	DataKeyID   string
	ServiceCode string // to which it was sent, with whatever the carrier or the recipient appended
	CustomerID  string // "" where nothing of ours was ever sent from the code
	ContractID  string
	BatchID     string
}

// TableName is handoff_replies.
func (Reply) TableName() string { return "handoff_replies" }

// ReplyWatcher hears of every reply once, in the transaction that stores it: Phone and Text are open. What it fails on is
// not stored, and comes again.
type ReplyWatcher interface {
	Replied(ctx context.Context, r Reply) error
}

// Sent is a message that was handed over to a number.
type Sent struct {
	BatchID string
	At      caldate.Instant
}

// Finder knows what was handed over to a number (evidence.Service). It may know of a batch a little late, and of purged ones
// nothing any more.
type Finder interface {
	SentTo(ctx context.Context, phone string) ([]Sent, error)
}

// FindBy has replies matched to the batches that really sent to their numbers.
func (s *Service) FindBy(f Finder) { s.finder = f }

// Watch has replies told to w, in the order of the calls.
func (s *Service) Watch(w ReplyWatcher) { s.watchers = append(s.watchers, w) }

const (
	longestReply = 2000 // characters; what is longer is cut
	longestCode  = 32
	// strayReplies is whose data keys seal replies to codes that nobody has.
	strayReplies = "replies"
)

type replyContent struct {
	Phone string `json:"phone"`
	Text  string `json:"text"`
}

func replyContext(id string) string { return "sealgate reply\x00" + id }

// Replied stores replies that a channel brought: each once, however often it comes, matched to contract and batch, and told to
// the watchers in the same transaction.
func (s *Service) Replied(ctx context.Context, channel string, replies []Reply) error {
	if len(replies) == 0 {
		return nil
	}
	hasher, err := s.Recipients.Hasher(ctx)
	if err != nil {
		return err
	}
	for _, r := range replies {
		r.ID, r.Channel, r.Ref = ids.New(), channel, clipCode(r.Ref)
		r.Text = strings.ToValidUTF8(strings.ReplaceAll(r.Text, "\x00", ""), "\uFFFD")
		if t := []rune(r.Text); len(t) > longestReply {
			r.Text = string(t[:longestReply])
		}
		if len(r.ServiceCode) > longestCode {
			r.ServiceCode = r.ServiceCode[:longestCode]
		}
		if r.At.IsZero() {
			r.At = s.Clock.Instant()
		}
		r.Phone = plainPhone(r.Phone)
		r.PhoneHash = hasher.Hash(r.Phone)
		if r.Ref == "" {
			r.Ref = r.ID // a repeat can't be told from another reply
		}
		if err := s.storeReply(ctx, r); err != nil {
			return err
		}
	}
	failpoint.Hit("handoff.replies.stored")
	return nil
}

// plainPhone takes the country's prefix off, so that lists know the number.
func plainPhone(p string) string {
	p = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(p), "+"), "00")
	if len(p) == 13 && strings.HasPrefix(p, "86") {
		return p[2:]
	}
	return p
}

func (s *Service) storeReply(ctx context.Context, r Reply) error {
	h, err := s.repliedTo(ctx, r)
	if err != nil {
		return err
	}
	sealFor := strayReplies
	if h != nil {
		r.CustomerID, r.ContractID, r.BatchID, sealFor = h.CustomerID, h.ContractID, h.BatchID, h.CustomerID
	}
	key, err := s.Keys.For(ctx, sealFor, r.At.Date().MonthOf())
	if err != nil {
		return err
	}
	plain, err := json.Marshal(replyContent{r.Phone, r.Text})
	if err != nil {
		return err
	}
	r.DataKeyID, r.Sealed = key.ID, base64.StdEncoding.EncodeToString(key.Seal(plain, replyContext(r.ID)))
	err = s.DB.Run(ctx, func(ctx context.Context) error {
		if err := s.store.addReply(ctx, &r); err != nil {
			return err
		}
		for _, w := range s.watchers {
			if err := w.Replied(ctx, r); err != nil {
				return err
			}
		}
		return s.Trail.Record(ctx, trail.Entry{
			Action: "handoff.reply", ObjectType: "reply", ObjectID: r.ID, CustomerID: r.CustomerID, ContractID: r.ContractID,
			Detail: map[string]any{"channel": r.Channel, "service_code": r.ServiceCode, "batch": r.BatchID},
		})
	})
	if db.IsDuplicate(err) {
		return nil // it has come before
	}
	return err
}

// repliedTo is the hand-off that a reply is about: from the longest code that fits, the one that sent to the number last before it,
// else the last one at all; nil where there is none. A finder that fails keeps no reply, and no opt-out, from being noted.
func (s *Service) repliedTo(ctx context.Context, r Reply) (*Handoff, error) {
	codes := codesOf(r.ServiceCode)
	if s.finder == nil || len(codes) == 0 {
		return s.store.lastOf(ctx, codes, r.At)
	}
	sent, err := s.finder.SentTo(ctx, r.Phone)
	if err != nil {
		s.log.WarnContext(ctx, "a reply is matched by its code alone: what was sent to its number can't be looked up", "channel", r.Channel, "error", err)
	}
	at := map[string]caldate.Instant{}
	for _, x := range sent {
		if !x.At.IsZero() && !x.At.After(r.At) && x.At.After(at[x.BatchID]) {
			at[x.BatchID] = x.At
		}
	}
	hs, err := s.store.handoffsFrom(ctx, slices.Sorted(maps.Keys(at)), codes)
	if err != nil || len(hs) == 0 {
		if err != nil {
			return nil, err
		}
		return s.store.lastOf(ctx, codes, r.At)
	}
	last := slices.MaxFunc(hs, func(a, b Handoff) int {
		return cmp.Or(cmp.Compare(len(a.ServiceCode), len(b.ServiceCode)), cmp.Compare(at[a.BatchID].Ms(), at[b.BatchID].Ms()), cmp.Compare(a.BatchID, b.BatchID))
	})
	return &last, nil
}

// codesOf are the codes of ours that a reply to a number may be about: itself, and what is left without digits at its end,
// since carriers and recipients append some.
func codesOf(number string) (codes []string) {
	for n := len(number); n >= 5; n-- {
		codes = append(codes, number[:n])
	}
	return codes
}

// ReplyQuery narrows Replies.
type ReplyQuery struct {
	BatchID    string
	ContractID string
	Phone      string // the whole number, as only its hash can be looked for
	Cursor     string
	Limit      int
}

// Replies gives replies in the caller's scope, newest first, opened, and where the next page begins.
func (s *Service) Replies(ctx context.Context, q ReplyQuery) (rs []Reply, next string, err error) {
	hash := ""
	if q.Phone != "" {
		hasher, err := s.Recipients.Hasher(ctx)
		if err != nil {
			return nil, "", err
		}
		hash = hasher.Hash(plainPhone(q.Phone))
	}
	if rs, err = s.store.replies(ctx, q, hash); err != nil {
		return nil, "", err
	}
	if len(rs) > q.Limit {
		rs = rs[:q.Limit]
		next = rs[q.Limit-1].ID
	}
	for i := range rs {
		if err := s.openReply(ctx, &rs[i]); err != nil {
			return nil, "", err
		}
	}
	if len(rs) == 0 {
		return rs, "", nil
	}
	return rs, next, s.DB.Run(ctx, func(ctx context.Context) error { // every look at what recipients write is on record
		return s.Trail.Record(ctx, trail.Entry{Action: "handoff.look_replies", ObjectType: "reply", ObjectID: rs[0].ID, CustomerID: rs[0].CustomerID, Detail: map[string]any{"replies": len(rs)}})
	})
}

// openReply opens number and text; both stay empty where the key has been destroyed.
func (s *Service) openReply(ctx context.Context, r *Reply) error {
	sealed, err := base64.StdEncoding.DecodeString(r.Sealed)
	if err != nil {
		return err
	}
	key, err := s.Keys.ByID(ctx, r.DataKeyID)
	if err != nil {
		s.log.WarnContext(ctx, "a reply can't be opened any more", "reply", r.ID, "error", err)
		return nil
	}
	plain, err := key.Open(sealed, replyContext(r.ID))
	if err != nil {
		return errors.Join(ErrNoReply, err)
	}
	var c replyContent
	if err := json.Unmarshal(plain, &c); err != nil {
		return err
	}
	r.Phone, r.Text = c.Phone, c.Text
	return nil
}
