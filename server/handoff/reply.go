package handoff

import (
	"context"

	"sealgate/server/caldate"
)

// Reply is a message that a recipient sent back (上行, A26). It belongs to the contract that holds the service code, and to
// the last batch that reached the sender from that code. Replies are never charged.
type Reply struct {
	ID          string `gorm:"primaryKey"`
	At          caldate.Instant // business clock: when the engine passed it on
	Channel     string
	Ref         string // the engine's own number of the reply, unique per channel: a repeat changes nothing
	Phone       string `gorm:"-"` // in memory alone, for watchers and for showing it masked; opened from Sealed
	Text        string `gorm:"-"` // likewise
	PhoneHash   string // HMAC under the provider's key
	Sealed      string // number and text under the customer's data key of the month
	DataKeyID   string
	ServiceCode string // to which it was sent, with whatever the carrier appended
	CustomerID  string // "" where no contract has the code
	ContractID  string
	BatchID     string // "" where nothing of ours reached the sender from that code within the last 72 hours
}

// TableName is handoff_replies.
func (Reply) TableName() string { return "handoff_replies" }

// ReplyWatcher hears of every reply once, in the transaction that stores it: Phone and Text are open. What it fails on is
// not stored, and comes again.
type ReplyWatcher interface {
	Replied(ctx context.Context, r Reply) error
}
