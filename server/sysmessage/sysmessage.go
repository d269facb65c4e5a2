// Package sysmessage sends what customers were told in their inbox to the phones of their contacts, through the send engine.
// See README.md.
package sysmessage

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"sealgate/server/caldate"
)

// State is where a message stands.
type State string

// The states; see README.md.
const (
	Queued    State = "queued"
	Sent      State = "sent" // the engine took it; what becomes of it the receipt says
	Delivered State = "delivered"
	Failed    State = "failed"
	Unclear   State = "unclear" // it may have left: never sent again by itself
)

// States lists them.
func States() []State { return []State{Queued, Sent, Delivered, Failed, Unclear} }

// Message is one notice on its way to one phone, and the proof of its delivery.
type Message struct {
	ID           string `gorm:"primaryKey"`
	NoticeID     string // once for each phone
	Kind         string
	CustomerID   string
	ObjectType   string
	ObjectID     string
	ContactName  string
	Phone        string // of a contact of the customer, who is no recipient of its batches
	Text         string
	State        State
	Tries        int
	NextTryAt    caldate.Instant // machine time
	ClaimedUntil caldate.Instant // machine time
	Channel      string          // by which it left
	Code         string          // what the engine or the receipt said last
	CreatedAt    caldate.Instant
	SentAt       caldate.Instant // machine time
	DoneAt       caldate.Instant // delivered or given up; of a receipt its own time
}

// TableName is system_messages.
func (Message) TableName() string { return "system_messages" }

// Masked is the phone as screens show it.
func (m *Message) Masked() string {
	if len(m.Phone) < 8 {
		return "****"
	}
	return m.Phone[:3] + "****" + m.Phone[len(m.Phone)-4:]
}

// Outgoing is a message as it is given to the engine.
type Outgoing struct {
	ID    string
	Phone string
	Text  string
}

// Fate is what the engine said about a message.
type Fate struct {
	State State // Sent, Failed, Unclear, or Queued where it surely has not left and may be tried again
	Code  string
}

// Engine carries messages out, outside every transaction.
type Engine interface {
	Carry(ctx context.Context, messages []Outgoing) (channel string, fates []Fate, err error)
}

// maxText keeps a message within three parts.
const maxText = 190

// Write is the text of a message: who writes, the notice's title, and where the rest stands. The body stays in the inbox:
// a phone may be looked at by others.
func Write(signature, title string) string {
	title = strings.Join(strings.Fields(title), " ")
	const rest = "。详情请登录客户门户查看。"
	most := maxText - utf8.RuneCountInString(signature) - 2 - utf8.RuneCountInString(rest)
	if r := []rune(title); len(r) > most {
		title = string(r[:most-1]) + "…"
	}
	return "【" + signature + "】" + title + rest
}

// pauses between tries of what surely did not leave.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// maxTries spreads over half a day.
const maxTries = 12

func pause(tries int) time.Duration { return pauses[min(max(tries-1, 0), len(pauses)-1)] }

// At night (21:00 to 08:00) nobody's phone rings for a notice.
func atNight(now caldate.Instant) bool {
	h := now.Time().Hour()
	return h >= 21 || h < 8
}
