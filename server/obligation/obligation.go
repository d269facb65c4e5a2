// Package obligation shows in one calendar what falls due: ends and renewals of contracts, objections, clocks, prices, deposits, licences. See
// README.md.
package obligation

import (
	"fmt"
	"slices"
	"strings"

	"sealgate/server/caldate"
)

// Kind says what falls due.
type Kind string

// The kinds, in the order in which a day lists them.
const (
	Expiry      Kind = "expiry"       // last day of a contract that does not renew itself
	Renewal     Kind = "renewal"      // last day of a term that renews itself
	Objection   Kind = "objection"    // last day of an objection to the renewal
	Negotiation Kind = "negotiation"  // thirty days before an end: a renewal by agreement is talked about
	Cure        Kind = "cure"         // last day of a clock within which a cause can be cured
	Ending      Kind = "ending"       // last day of a termination that is agreed
	Price       Kind = "price"        // day of an announced price
	Terms       Kind = "terms"        // day from which agreed terms hold
	Force       Kind = "force"        // sixty days of force majeure are over
	Deposit     Kind = "deposit"      // a deposit is missing on the day on which the contract is to begin
	Answer      Kind = "answer"       // last day of the customer's answer to an offer or confirmation
	Licence     Kind = "licence"      // last day of a licence
	Confidence  Kind = "confidential" // last day of confidentiality after a contract's end
)

// Kinds lists all kinds.
func Kinds() []Kind {
	return []Kind{Expiry, Renewal, Objection, Negotiation, Cure, Ending, Price, Terms, Force, Deposit, Answer, Licence, Confidence}
}

var words = map[Kind][2]string{
	Expiry: {"合同到期", "contract ends"}, Renewal: {"合同自动续期", "contract renews itself"}, Objection: {"续期异议截止", "last day of an objection"}, Negotiation: {"开始洽谈续签", "talk about a renewal"},
	Cure: {"纠正期限届满", "clock of a cure is over"}, Ending: {"终止生效", "termination takes effect"}, Price: {"调价执行日", "announced price"}, Terms: {"新条款执行", "new terms hold"},
	Force: {"不可抗力满 60 日", "sixty days of force majeure"}, Deposit: {"押金应到账", "deposit due"}, Answer: {"待客户确认截止", "last day of an answer"}, Licence: {"证照到期", "licence ends"},
	Confidence: {"保密期届满", "confidentiality ends"},
}

// Words are a kind as people read it.
func (k Kind) Words() (zh, en string) { return words[k][0], words[k][1] }

// Entry is one obligation on its day.
type Entry struct {
	ID           string // of the same obligation always the same
	Kind         Kind
	On           caldate.Date
	CustomerID   string
	CustomerName string
	OwnerID      string
	ContractID   string // "" for a licence
	Number       string // of the contract, amendment, termination or licence
	Zh, En       string // what there is to know
	Link         string // page of the portal
}

// Query narrows a calendar.
type Query struct {
	From, To caldate.Date
	OwnerID  string
	Kinds    []Kind
}

func (q Query) wants(e *Entry) bool {
	return e.On.In(q.From, q.To) && (q.OwnerID == "" || e.OwnerID == q.OwnerID) && (len(q.Kinds) == 0 || slices.Contains(q.Kinds, e.Kind))
}

// sorted puts entries in the order of their days; on one day by kind, then by number.
func sorted(all []Entry) {
	slices.SortFunc(all, func(a, b Entry) int {
		if c := a.On.Compare(b.On); c != 0 {
			return c
		}
		if c := slices.Index(Kinds(), a.Kind) - slices.Index(Kinds(), b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.Number+a.ID, b.Number+b.ID)
	})
}

// ICS writes entries as a calendar file (RFC 5545): all-day events with a reminder a week ahead. host makes their names unique in the world.
func ICS(all []Entry, stamp caldate.Instant, host string) []byte {
	var b strings.Builder
	line := func(name, value string) { b.WriteString(fold(name + ":" + value)) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Sealgate//Obligations//ZH")
	line("CALSCALE", "GREGORIAN")
	line("X-WR-CALNAME", "Sealgate 履约日历")
	compact := func(d caldate.Date) string { return strings.ReplaceAll(d.String(), "-", "") }
	for _, e := range all {
		zh, _ := e.Kind.Words()
		line("BEGIN", "VEVENT")
		line("UID", escape(e.ID)+"@"+host)
		line("DTSTAMP", stamp.Time().UTC().Format("20060102T150405Z"))
		b.WriteString(fold("DTSTART;VALUE=DATE:" + compact(e.On)))
		b.WriteString(fold("DTEND;VALUE=DATE:" + compact(e.On.AddDays(1))))
		line("SUMMARY", escape(fmt.Sprintf("%s %s %s", zh, e.Number, e.CustomerName)))
		line("DESCRIPTION", escape(e.Zh))
		line("TRANSP", "TRANSPARENT")
		line("BEGIN", "VALARM")
		line("ACTION", "DISPLAY")
		line("TRIGGER", "-P7D")
		line("DESCRIPTION", escape(zh))
		line("END", "VALARM")
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return []byte(b.String())
}

var special = strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\r", "", "\n", "\\n")

func escape(s string) string { return special.Replace(s) }

// fold breaks a line after at most 75 bytes, never inside a character, and ends it.
func fold(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if size := len(string(r)); n+size > 75 {
			b.WriteString("\r\n ")
			n = 1 + size
		} else {
			n += size
		}
		b.WriteRune(r)
	}
	return b.String() + "\r\n"
}
