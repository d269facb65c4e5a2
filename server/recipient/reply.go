package recipient

import (
	"context"

	"sealgate/server/caldate"
)

// Reply is a message that came back from a recipient (A26).
type Reply struct {
	ID         string // of the stored reply: where an opt-out comes from
	Phone      string
	PhoneHash  string // as Hasher gives it; the number may be one that no list knows how to write
	CustomerID string // whose sender number was answered; "" where it is shared and nothing was sent: then it counts for all
	BatchID    string // the last batch that reached the number, "" where none is known
	Text       string
	At         caldate.Instant // business clock
}

// Reply takes note of a reply: a wish for no more messages puts the number on the customer's list at once, in the transaction of
// the reply (A14). A repeated one changes nothing. It tells whether the text was such a wish.
func (s *Service) Reply(ctx context.Context, r Reply) (optedOut bool, err error) {
	if !IsOptOut(r.Text) {
		return false, nil
	}
	b := Block{PhoneHash: r.PhoneHash, CustomerID: r.CustomerID, Kind: OptOut, Source: SourceReply, SourceID: r.ID, Note: r.BatchID}
	if n, fault := ParseNumber([]byte(r.Phone)); fault == OK {
		if err := s.number(ctx, &b, n); err != nil {
			return true, err
		}
	}
	if len(b.PhoneHash) != hashLength {
		return true, ErrPhone.With("fault", string(Invalid))
	}
	return true, s.block(ctx, b)
}
