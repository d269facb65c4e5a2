// Package customer keeps the enterprises that buy messages. See README.md.
package customer

import (
	"errors"
	"fmt"
	"strconv"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/screening"
)

// The most characters that a field takes; the columns are as wide.
const (
	maxName     = 100
	maxAddress  = 200
	maxPerson   = 50
	maxIndustry = 50
	maxBank     = 100
	maxContacts = 20
)

// Contact is a person to talk to; the first one goes into contracts.
type Contact struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
	Email string `json:"email,omitempty"`
}

// Customer is a registered enterprise (C01). Version counts its changes: a change names the version that it was made on.
type Customer struct {
	ID          string `gorm:"primaryKey"`
	Number      string // C-000001, gap-free
	Name        string // as on the business licence
	Initials    string // of the name in pinyin, for who looks it up
	USCC        string `gorm:"column:uscc"`
	Address     string
	LegalRep    string
	Industry    string
	BankName    string
	BankAccount string
	Contacts    []Contact `gorm:"serializer:json"`
	OwnerID     string    // the sales person who registered it; the data scope of sales follows it (P02)
	CreatedBy   string
	CreatedAt   caldate.Instant
	UpdatedAt   caldate.Instant
	Version     int64
}

// Details are the fields that sales fill in and may change.
type Details struct {
	Name        string
	USCC        string
	Address     string
	LegalRep    string
	Industry    string
	BankName    string
	BankAccount string
	Contacts    []Contact
}

// Details gives the customer's present ones.
func (c *Customer) Details() Details {
	return Details{c.Name, c.USCC, c.Address, c.LegalRep, c.Industry, c.BankName, c.BankAccount, c.Contacts}
}

func (c *Customer) set(d Details) {
	c.Initials = screening.Initials(d.Name)
	c.Name, c.USCC, c.Address, c.LegalRep, c.Industry, c.BankName, c.BankAccount, c.Contacts =
		d.Name, d.USCC, d.Address, d.LegalRep, d.Industry, d.BankName, d.BankAccount, d.Contacts
}

// Check cleans the details and gives every wrong field at once (ErrInvalid).
func (d Details) Check() (Details, error) {
	var f errs.Fields
	out := Details{
		Name:        form.Text(&f, "name", d.Name, maxName, true),
		Address:     form.Text(&f, "address", d.Address, maxAddress, true),
		LegalRep:    form.Text(&f, "legal_rep", d.LegalRep, maxPerson, true),
		Industry:    form.Text(&f, "industry", d.Industry, maxIndustry, false),
		BankName:    form.Text(&f, "bank_name", d.BankName, maxBank, false),
		BankAccount: form.BankAccount(&f, "bank_account", d.BankAccount, false),
	}
	if d.USCC == "" {
		f.Add("uscc", "missing", "必填", "required")
	} else if code, err := ParseUSCC(d.USCC); err != nil {
		var e *errs.Error
		if errors.As(err, &e) {
			f = append(f, e.Fields...)
		}
	} else {
		out.USCC = code
	}
	if (out.BankName == "") != (out.BankAccount == "") && len(f) == 0 {
		f.Add("bank_account", "incomplete", "开户行和账号要一起填写", "give bank and account number together")
	}
	switch n := len(d.Contacts); {
	case n == 0:
		f.Add("contacts", "missing", "至少填写一位联系人", "give at least one contact")
	case n > maxContacts:
		f.Add("contacts", "too_many", fmt.Sprintf("有 %d 位联系人，最多 %d 位", n, maxContacts), fmt.Sprintf("%d contacts, at most %d", n, maxContacts))
	default:
		for i, c := range d.Contacts {
			at := "contacts[" + strconv.Itoa(i) + "]."
			out.Contacts = append(out.Contacts, Contact{
				Name:  form.Text(&f, at+"name", c.Name, maxPerson, true),
				Phone: form.Phone(&f, at+"phone", c.Phone, true),
				Email: form.Email(&f, at+"email", c.Email, false),
			})
		}
	}
	return out, f.Err(ErrInvalid)
}
