package screening

import (
	"cmp"
	"slices"
	"sync"
)

// Contact is a link or a phone number in a text (引流信息), however it is written, as the screening of a message finds it.
type Contact struct {
	From, To int    // its place in bytes
	Text     string // as it is written
	Host     string // of a link, in small letters; "" for a phone number
	Digits   string // of a phone number; "" for a link
}

// UnderDomain tells whether it is a link to a domain, or to what lies below it.
func (c Contact) UnderDomain(domain string) bool { return c.Host != "" && underDomain(c.Host, domain) }

// IsAddress tells whether it is a link to exactly this address; scheme, the host's case and a slash at the end don't count.
func (c Contact) IsAddress(address string) bool { return c.Host != "" && sameAddress(c.Text, address) }

// IsPhone tells whether it is this phone number, by its digits.
func (c Contact) IsPhone(number string) bool { return c.Digits != "" && samePhone(number, c.Digits) }

// bare is a set without rules: it knows the forms of characters and the words beside numbers, and compiles in some milliseconds.
var bare = sync.OnceValues(func() (*Set, error) { return Compile(&Source{}, "contacts") })

// Contacts gives the links and phone numbers of a text in reading order.
func Contacts(text string) ([]Contact, error) {
	set, err := bare()
	if err != nil {
		return nil, err
	}
	sc := set.NewScreener()
	sc.read(text)
	var out []Contact
	for i, host := range sc.hosts() {
		at := sc.extracts[extractURL][i]
		out = append(out, Contact{From: int(at.from), To: int(at.to), Text: text[at.from:at.to], Host: host})
	}
	for i, digits := range sc.phoneTexts() {
		at := sc.extracts[extractPhone][i]
		out = append(out, Contact{From: int(at.from), To: int(at.to), Text: text[at.from:at.to], Digits: digits})
	}
	slices.SortStableFunc(out, func(a, b Contact) int { return cmp.Compare(a.From, b.From) })
	return out, nil
}
