package trail

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"time"

	"github.com/rs/xid"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
)

// Link is one place in the chain: row RowID stands at Seq, and Hash commits to it and to everything before.
type Link struct {
	Seq       int64 `gorm:"primaryKey;autoIncrement:false"`
	RowID     string
	RowHash   string          // SHA-256 of the row's canonical form
	Hash      string          // SHA-256 of the hash before and RowHash; what the chain is
	ChainedAt caldate.Instant // machine's clock
}

// TableName is audit_chain.
func (Link) TableName() string { return "audit_chain" }

// lateness is how much older than the newest chained row a row may still turn up: longer than any transaction lives.
const lateness = time.Hour

// genesis is the hash before the first link.
var genesis = hashHex([]byte("sealgate audit chain 1"))

func hashHex(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// canonical hashes a row: every field with its length before it, in a fixed order, so that no two rows share a form.
func (r Row) canonical() string {
	h := sha256.New()
	for _, s := range []string{"audit row 1", r.ID} {
		put(h, s)
	}
	for _, n := range []int64{r.At.Ms(), r.RealAt.Ms()} {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], uint64(n))
		h.Write(b[:])
	}
	for _, s := range []string{
		r.OnDate.String(), r.ActorID, r.ActorName, r.IP, r.RequestID, r.Action, r.ObjectType, r.ObjectID, r.CustomerID, r.ContractID,
		r.FromState, r.ToState, r.Reason, r.Detail,
	} {
		put(h, s)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func put(h hash.Hash, s string) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(s)))
	h.Write(n[:])
	h.Write([]byte(s))
}

// next is the link that follows hash prev.
func next(seq int64, prev string, r Row, at caldate.Instant) Link {
	l := Link{Seq: seq, RowID: r.ID, RowHash: r.canonical(), ChainedAt: at}
	l.Hash = chainHash(prev, l.RowHash)
	return l
}

func chainHash(prev, rowHash string) string {
	a, _ := hex.DecodeString(prev)
	b, _ := hex.DecodeString(rowHash)
	return hashHex(append(a, b...))
}

// Chain gives at most limit rows that have none yet their place in the chain, and says how many it gave. It is called
// every few seconds by one server at a time (a lease); should two run at once, one of them finds its numbers taken and
// leaves the work to the other.
func (t *Trail) Chain(ctx context.Context, limit int) (int, error) {
	n := 0
	err := t.store.db.Run(ctx, func(ctx context.Context) error {
		n = 0
		head, err := t.store.head(ctx)
		if err != nil {
			return err
		}
		rows, err := t.store.unchained(ctx, lowest(head), limit)
		if err != nil || len(rows) == 0 {
			return err
		}
		links := make([]Link, len(rows))
		prev, now := head.Hash, t.clock.RealInstant()
		for i, r := range rows {
			links[i] = next(head.Seq+int64(i)+1, prev, r, now)
			prev = links[i].Hash
		}
		n = len(links)
		return t.store.append(ctx, links)
	})
	if db.IsDuplicate(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("chain audit rows: %w", err)
	}
	return n, nil
}

// lowest is the smallest row id that may still wait for the chain: ids begin with the second in which they were made. It
// keeps the search for new rows as short in a trail of years as on the first day.
func lowest(head Link) string {
	id, err := xid.FromString(head.RowID)
	if err != nil {
		return ""
	}
	raw := id.Bytes()
	binary.BigEndian.PutUint32(raw[:4], uint32(id.Time().Add(-lateness).Unix()))
	clear(raw[4:])
	low, err := xid.FromBytes(raw)
	if err != nil {
		return ""
	}
	return low.String()
}

// Report is what verifying found.
type Report struct {
	OK          bool
	Rows        int64  // chained rows that were checked
	Waiting     int64  // rows that the sequencer has not reached yet
	Head        string // hash at the end of the chain
	Checkpoints int    // signed checkpoints that are prefixes of the chain
	BrokenAt    int64  // first place that does not hold, 0 where all do
	Problems    []string
}

func (r *Report) fail(seq int64, format string, args ...any) {
	if r.BrokenAt == 0 {
		r.BrokenAt = seq
	}
	if len(r.Problems) < 20 {
		r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
	}
}

// patience is how old an unchained row may be: the sequencer needs seconds. Older means that it stands still, or that
// somebody cut the chain's end off.
const patience = 10 * time.Minute

// Verify walks the whole chain: places dense from 1, each row there and unchanged, each hash over the one before, no old
// row outside, and every signed checkpoint of n (nil: not checked) a prefix. Problems of the data are in the report;
// the error is for what kept us from looking.
func (t *Trail) Verify(ctx context.Context, n *Notary) (Report, error) {
	rep := Report{Head: genesis}
	var marks []Checkpoint
	if n != nil {
		var err error
		if marks, err = n.Read(); err != nil {
			var bad *BadCheckpointError
			if !errors.As(err, &bad) {
				return rep, fmt.Errorf("read the checkpoints: %w", err)
			}
			rep.fail(0, "%v", err)
		}
	}
	for len(marks) > 0 && marks[0].Size == 0 { // signed before there was a row
		if marks[0].Head != genesis {
			rep.fail(0, "the checkpoint of %s signed another beginning", marks[0].At)
		} else {
			rep.Checkpoints++
		}
		marks = marks[1:]
	}
	var seq int64
	for {
		links, err := t.store.links(ctx, seq, 2000)
		if err != nil {
			return rep, fmt.Errorf("read the chain: %w", err)
		}
		if len(links) == 0 {
			break
		}
		for _, l := range links {
			seq++
			switch {
			case l.Seq != seq:
				rep.fail(seq, "place %d: the chain goes on with %d", seq, l.Seq)
				seq = l.Seq
			case l.Row.ID == "":
				rep.fail(seq, "place %d: its row %s is gone", seq, l.RowID)
			case l.Row.canonical() != l.RowHash:
				rep.fail(seq, "place %d: row %s was changed", seq, l.RowID)
			}
			if chainHash(rep.Head, l.RowHash) != l.Hash {
				rep.fail(seq, "place %d: its hash does not follow from the one before", seq)
			}
			rep.Head = l.Hash
			rep.Rows++
			for len(marks) > 0 && marks[0].Size <= seq {
				if marks[0].Size < seq || marks[0].Head != l.Hash {
					rep.fail(seq, "place %d: not what the checkpoint of %s signed", marks[0].Size, marks[0].At)
				} else {
					rep.Checkpoints++
				}
				marks = marks[1:]
			}
		}
	}
	for _, m := range marks {
		rep.fail(seq+1, "the checkpoint of %s signed %d rows, the chain has %d", m.At, m.Size, seq)
	}
	waiting, oldest, err := t.store.waiting(ctx)
	if err != nil {
		return rep, fmt.Errorf("rows outside the chain: %w", err)
	}
	rep.Waiting = waiting
	if waiting > 0 && t.clock.RealInstant().Sub(oldest) > patience {
		rep.fail(seq+1, "%d rows are outside the chain, the oldest since %s", waiting, oldest)
	}
	rep.OK = len(rep.Problems) == 0
	return rep, nil
}
