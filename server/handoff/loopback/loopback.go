// Package loopback is the send engine for demonstration, sandbox and tests: it sends nothing, but keeps a durable log of
// what it was given, refuses to send a key twice, and reports receipts that follow from the key alone. To the hand-off it
// is as foreign as any engine: its log is its own, and it is never called inside a transaction.
package loopback

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/handoff"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/failpoint"
)

// Settings are how the pretended carriers behave. Delays run on the business clock, so that a sandbox that jumps has its
// receipts at once.
type Settings struct {
	Delay time.Duration // until the receipt of an ordinary message
	Late  time.Duration // until the receipt of a late one
	// Of a thousand messages, so many are refused at once, fail, or are delivered late; the rest is delivered.
	Refused, Failing, Tardy int
	Slice                   int    // messages per call
	Channel                 string // each has a log of its own; "loopback" where empty
}

// Defaults deliver 97 of 100 within two seconds, and one of these 97 after an hour.
func Defaults() Settings {
	return Settings{Delay: 2 * time.Second, Late: time.Hour, Refused: 5, Failing: 25, Tardy: 10, Slice: 2048}
}

// failures are raw codes as carriers send them.
var failures = []string{"UNDELIV", "EXPIRED", "REJECTD", "MK:0001", "MK:0012", "MBBLACK"}

// Fate is what becomes of a message; it depends on the key alone.
type Fate struct {
	Refused bool // at once, by the engine
	Success bool
	Late    bool
	Code    string
}

// Fate of a key under these settings.
func (s Settings) Fate(key string) Fate {
	h := sha256.Sum256([]byte(key))
	n := int(binary.BigEndian.Uint32(h[:4]) % 1000)
	code := failures[int(h[4])%len(failures)]
	switch {
	case n < s.Refused:
		return Fate{Refused: true, Code: "BLOCKED"}
	case n < s.Refused+s.Failing:
		return Fate{Code: code}
	case n < s.Refused+s.Failing+s.Tardy:
		return Fate{Success: true, Late: true, Code: "DELIVRD"}
	}
	return Fate{Success: true, Code: "DELIVRD"}
}

// Sent is an entry of the log: one message that this engine has taken.
type Sent struct {
	MsgKey   string `gorm:"primaryKey"`
	Digest   string // SHA-256 of sender, number and text: what left can be compared with what was approved
	Parts    int
	SentAt   caldate.Instant // business clock
	DueAt    caldate.Instant // of its receipt, business clock
	Success  bool
	Code     string
	Reported bool
	Channel  string
}

// TableName is loopback_log.
func (Sent) TableName() string { return "loopback_log" }

// Engine implements handoff.Reporter.
type Engine struct {
	settings Settings
	clock    clock.Clock
	store    store
}

// New makes the engine; its log is kept in d.
func New(d *db.DB, c clock.Clock, s Settings) *Engine {
	if s.Slice <= 0 {
		s.Slice = Defaults().Slice
	}
	if s.Channel == "" {
		s.Channel = "loopback"
	}
	return &Engine{s, c, store{d, s.Channel}}
}

// Kind is "loopback".
func (e *Engine) Kind() string { return "loopback" }

// Idempotent: a repeated key is absorbed.
func (e *Engine) Idempotent() bool { return true }

// Slice is the number of messages per call.
func (e *Engine) Slice() int { return e.settings.Slice }

// Digest identifies what was sent under a key.
func (e *Engine) Digest(m handoff.Outgoing) string { return digest(m) }

func digest(m handoff.Outgoing) string {
	h := sha256.Sum256([]byte(m.Sender + "\x00" + m.Phone + "\x00" + m.Text))
	return hex.EncodeToString(h[:])
}

// Send takes the messages that it does not know yet, durably, and accepts the others without sending them again.
func (e *Engine) Send(ctx context.Context, messages []handoff.Outgoing) ([]handoff.Answer, error) {
	now := e.clock.Instant()
	answers := make([]handoff.Answer, len(messages))
	rows := make([]Sent, 0, len(messages))
	for i, m := range messages {
		f := e.settings.Fate(m.Key)
		if f.Refused {
			answers[i] = handoff.Answer{Outcome: handoff.Refused, Code: f.Code}
			continue
		}
		due := now.Add(e.settings.Delay)
		if f.Late {
			due = now.Add(e.settings.Late)
		}
		answers[i] = handoff.Answer{Outcome: handoff.Accepted, Code: "0"}
		rows = append(rows, Sent{m.Key, digest(m), m.Parts, now, due, f.Success, f.Code, false, e.settings.Channel})
	}
	failpoint.Hit("loopback.send.before")
	if err := e.store.take(ctx, rows); err != nil {
		return nil, err
	}
	failpoint.Hit("loopback.send.after")
	return answers, nil
}

// reportsAtOnce bounds one answer of Reports, in messages.
const reportsAtOnce = 4096

// Reports gives the receipts that are due: one for a short message, one for each part of a long one.
func (e *Engine) Reports(ctx context.Context) ([]handoff.Receipt, bool, error) {
	rows, err := e.store.due(ctx, e.clock.Instant(), reportsAtOnce)
	if err != nil {
		return nil, false, err
	}
	out := make([]handoff.Receipt, 0, len(rows))
	for _, r := range rows {
		receipt := handoff.Receipt{Key: r.MsgKey, Result: handoff.Failure, Code: r.Code, At: r.DueAt}
		if r.Success {
			receipt.Result = handoff.Success
		}
		if r.Parts <= 1 || !r.Success {
			out = append(out, receipt)
			continue
		}
		for p := range r.Parts {
			receipt.Part = p + 1
			out = append(out, receipt)
		}
	}
	if given != nil {
		given(ctx, e, out)
	}
	return out, len(rows) == reportsAtOnce, nil
}

// given is what a bug planted for the crash harness (server/crash) does with receipts that it gives; nil in every other program.
var given func(ctx context.Context, e *Engine, receipts []handoff.Receipt)

// Confirm marks receipts as taken.
func (e *Engine) Confirm(ctx context.Context, receipts []handoff.Receipt) error {
	keys := make([]string, 0, len(receipts))
	for _, r := range receipts {
		if len(keys) == 0 || keys[len(keys)-1] != r.Key {
			keys = append(keys, r.Key)
		}
	}
	return e.store.reported(ctx, keys)
}

// Log gives what the engine has taken of a batch, by message number, for `sealgate verify`.
func (e *Engine) Log(ctx context.Context, batchID string) (map[int64]handoff.Taken, error) {
	rows, err := e.store.log(ctx, batchID)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]handoff.Taken, len(rows))
	for _, r := range rows {
		_, seq, err := handoff.ParseKey(r.MsgKey)
		if err != nil {
			return nil, err
		}
		out[seq] = handoff.Taken{Digest: r.Digest, Confirmed: r.Reported}
	}
	return out, nil
}
