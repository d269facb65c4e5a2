package complaint

import (
	"context"
	"strings"
	"unicode/utf8"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/trail"
)

// Hotline is the phone under which a customer takes complaints of its recipients: on record, and published (A30). Without a
// phone the customer has told none yet.
type Hotline struct {
	CustomerID   string `gorm:"primaryKey"`
	CustomerName string `gorm:"->;-:migration"`
	Phone        string
	Hours        string // when somebody answers
	SetBy        string
	SetterName   string
	SetAt        caldate.Instant
	Version      int64
}

// TableName is complaint_hotlines.
func (Hotline) TableName() string { return "complaint_hotlines" }

// Published is what anybody may know of a sender: nothing but who it is and how it takes complaints.
type Published struct {
	Signature    string
	CustomerName string
	Phone        string
	Hours        string
}

// Hotlines gives the phones of the customers in the actor's scope, the newest customer first, and how many there are; those
// that have told none are among them.
func (s *Service) Hotlines(ctx context.Context, q HotlineQuery) ([]Hotline, int64, error) {
	return s.store.hotlines(ctx, q)
}

// Hotline gives the phone of a customer in the actor's scope. Errors: customer.ErrNotFound.
func (s *Service) Hotline(ctx context.Context, customerID string) (*Hotline, error) {
	c, err := s.Customers.Get(ctx, customerID)
	if err != nil {
		return nil, err
	}
	h, err := s.store.hotline(ctx, customerID)
	if err != nil {
		return nil, err
	}
	h.CustomerName = c.Name
	return h, nil
}

// SetHotline records the phone under which a customer takes complaints; from then on it is published. version is of the
// record that was changed, 0 where there was none. Errors: customer.ErrNotFound, ErrHotline, ErrStale.
func (s *Service) SetHotline(ctx context.Context, customerID, phone, hours string, version int64) (*Hotline, error) {
	var f errs.Fields
	phone, hours = form.Phone(&f, "phone", phone, true), form.Text(&f, "hours", hours, 50, true)
	if err := f.Err(ErrHotline); err != nil {
		return nil, err
	}
	was, err := s.Hotline(ctx, customerID)
	if err != nil {
		return nil, err
	}
	who := actor.From(ctx)
	h := &Hotline{CustomerID: customerID, CustomerName: was.CustomerName, Phone: phone, Hours: hours, SetBy: who.UserID, SetterName: who.Name, SetAt: s.clock.Instant(), Version: version + 1}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.saveHotline(ctx, h); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "complaint.hotline", ObjectType: "customer", ObjectID: customerID, CustomerID: customerID,
			Detail: map[string]any{"phone": phone, "hours": hours, "was": was.Phone}})
	})
	if err != nil {
		return nil, err
	}
	return h, nil
}

// Lookup finds how a sender takes complaints, by the exact signature of a message or the full name of the company. A part of
// either finds nothing: who our customers are is not for everybody to list.
func (s *Service) Lookup(ctx context.Context, sender string) ([]Published, error) {
	sender = strings.Trim(strings.TrimSpace(sender), "【】[]")
	if n := utf8.RuneCountInString(sender); n < 2 || n > maxSender {
		return nil, nil
	}
	return s.store.published(ctx, sender)
}

// maxSender is the longest name of a customer.
const maxSender = 100
