// Package webhook tells customers' programs what happened: signed calls to their addresses, tried again until they are taken.
// See README.md.
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
)

// Kind is what happened.
type Kind string

// The kinds.
const (
	Ping            Kind = "ping"             // a test, by hand
	BatchState      Kind = "batch.state"      // a batch has changed its state
	Receipts        Kind = "message.receipts" // messages have a new status, in bundles
	ReplyReceived   Kind = "message.reply"    // a recipient has answered
	BillIssued      Kind = "bill.issued"
	StatementIssued Kind = "statement.issued"
	ContractChanged Kind = "contract.changed" // in force, suspended, goes on, ended
	BalanceLow      Kind = "balance.low"
)

// Kinds lists what can be asked for.
func Kinds() []Kind {
	return []Kind{BatchState, Receipts, ReplyReceived, BillIssued, StatementIssued, ContractChanged, BalanceLow}
}

// ofNotice are the events that are told by a notice to the customer: the notice is written in the transaction of the fact, and
// the event with it.
var ofNotice = map[string]Kind{
	"bill_issued": BillIssued, "bill_reissued": BillIssued, "statement_ready": StatementIssued, "contract_active": ContractChanged, "suspended": ContractChanged,
	"resumed": ContractChanged, "contract_ended": ContractChanged, "contract_amended": ContractChanged, "wallet_low": BalanceLow, "wallet_short": BalanceLow,
}

// EndpointState tells whether an endpoint is told anything.
type EndpointState string

// The states.
const (
	On      EndpointState = "on"
	Off     EndpointState = "off"
	Removed EndpointState = "removed" // for good; its deliveries stay on record
)

// Endpoint is an address of a customer. Its secrets are sealed: signing needs them in clear.
type Endpoint struct {
	ID           string `gorm:"primaryKey"`
	CustomerID   string
	Name         string
	URL          string `gorm:"column:url"`
	Kinds        []Kind `gorm:"serializer:json"`
	State        EndpointState
	Sealed       string
	SealedBefore string // signs too until BeforeUntil
	BeforeUntil  caldate.Instant
	CreatedBy    string
	CreatedAt    caldate.Instant // business clock: batches of before are not told
	ToldAt       caldate.Instant // machine's clock: when the customer was last told that deliveries fail
	Version      int64
}

// TableName is webhook_endpoints.
func (Endpoint) TableName() string { return "webhook_endpoints" }

// Event is something that happened. It is written in the transaction of the fact, and only where an endpoint wants it. What is
// sent is sealed: a reply's number and text must not stand in a row.
type Event struct {
	ID         string `gorm:"primaryKey"`
	CustomerID string
	Kind       Kind
	ObjectType string
	ObjectID   string
	Sealed     string // the JSON that is sent, under the customer's data key of the month
	DataKeyID  string
	CreatedAt  caldate.Instant
}

// TableName is webhook_events.
func (Event) TableName() string { return "webhook_events" }

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states.
const (
	Queued    DeliveryState = "queued"
	Delivered DeliveryState = "delivered"
	Aside     DeliveryState = "aside" // tried for a day, or gone; a person may queue it again
)

// MayGo tells whether the state table has from → to.
func MayGo(from, to DeliveryState) bool {
	return slices.Contains(map[DeliveryState][]DeliveryState{Queued: {Delivered, Aside}, Aside: {Queued}, Delivered: {Queued}}[from], to)
}

// Delivery is one event on its way to one endpoint. Its times are of the machine's clock.
type Delivery struct {
	ID           string `gorm:"primaryKey"`
	EventID      string
	EndpointID   string
	CustomerID   string
	Kind         Kind
	State        DeliveryState
	Tries        int64
	NextTryAt    caldate.Instant
	ClaimedUntil caldate.Instant
	Status       int64  // of the last answer, 0 where there was none
	Response     string // what was said or what went wrong
	CreatedAt    caldate.Instant
	DoneAt       caldate.Instant
}

// TableName is webhook_deliveries.
func (Delivery) TableName() string { return "webhook_deliveries" }

// pauses between tries; the last one repeats until maxTries, which is a little more than a day.
var pauses = []time.Duration{10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}

const maxTries = 13

func pause(tries int64) time.Duration { return pauses[min(max(tries-1, 0), int64(len(pauses)-1))] }

// after gives a delivery once it was tried: taken, gone for good, or tried again later.
func (d Delivery) after(o outcome, now caldate.Instant) Delivery {
	d.Tries++
	d.Status, d.Response = int64(o.status), cut(o.note, 500)
	switch {
	case o.status >= 200 && o.status < 300:
		d.State, d.DoneAt = Delivered, now
	case o.status == 410 || o.refused || d.Tries >= maxTries:
		d.State, d.DoneAt = Aside, now
	default:
		d.NextTryAt = now.Add(pause(d.Tries))
	}
	return d
}

// outcome is what became of a call.
type outcome struct {
	status  int
	note    string
	refused bool // by ourselves, for good: an address that may not be called
}

// The headers of a call.
const (
	HeaderID        = "X-Sealgate-Event"     // the delivery; the same in every try
	HeaderTimestamp = "X-Sealgate-Timestamp" // unix seconds
	HeaderSignature = "X-Sealgate-Signature" // v1=<hex>, one for each secret that is good
)

// Sign is the HMAC-SHA256 of what is sent; receivers compute it alike and compare.
func Sign(secret, id string, at time.Time, body []byte) string {
	m := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(m, "%s.%s.", strconv.FormatInt(at.Unix(), 10), id)
	_, _ = m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// inside are networks that a callback must never reach: our own, the machine's, and what only looks public. A name that leads
// there is found out when it is called, whatever it led to before.
var inside = func() (out []netip.Prefix) {
	for _, s := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
		"192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"::/128", "::1/128", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}()

// Public tells whether an address is one of the open internet.
func Public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return a.IsValid() && !slices.ContainsFunc(inside, func(p netip.Prefix) bool { return p.Contains(a) })
}

// Wish is an endpoint as its owner wants it.
type Wish struct {
	Name  string
	URL   string
	Kinds []Kind
}

const (
	maxURL       = 500
	maxEndpoints = 10
	maxOverlap   = 7 * 24 * time.Hour
)

// Policy is what addresses may be: for trials and tests also plain http and our own networks.
type Policy struct {
	AllowHTTP    bool
	AllowPrivate bool
}

func (w Wish) check(p Policy) (Wish, error) {
	var f errs.Fields
	w.Name = form.Text(&f, "name", w.Name, 60, true)
	if what := p.wrong(w.URL); what != nil {
		f = append(f, *what)
	}
	if len(w.Kinds) == 0 {
		f.Add("kinds", "missing", "请至少选择一种事件", "choose at least one kind of event")
	}
	for _, k := range w.Kinds {
		if !slices.Contains(Kinds(), k) {
			f.Add("kinds", "unknown", "没有事件类型 "+cut(string(k), 40), "there is no kind of event "+cut(string(k), 40))
		}
	}
	kinds := []Kind{}
	for _, k := range Kinds() {
		if slices.Contains(w.Kinds, k) {
			kinds = append(kinds, k)
		}
	}
	w.Kinds = kinds
	return w, f.Err(ErrInvalid)
}

// wrong says what is wrong with an address, nil where it may be called as far as its text tells.
func (p Policy) wrong(raw string) *errs.Field {
	bad := func(code, zh, en string) *errs.Field { return &errs.Field{Field: "url", Code: code, Zh: zh, En: en} }
	u, err := url.Parse(raw)
	switch {
	case raw == "" || len(raw) > maxURL:
		return bad("length", "请填写回调地址，最多 500 个字符", "give an address of at most 500 characters")
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return bad("form", "应为完整地址，例如 https://api.example.com/sealgate", "must be a whole address such as https://api.example.com/sealgate")
	case u.Scheme != "https" && !(p.AllowHTTP && u.Scheme == "http"):
		return bad("scheme", "回调地址必须是 https", "the address must be https")
	case u.User != nil || u.Fragment != "" || strings.ContainsAny(raw, " \t\r\n\\"):
		return bad("form", "地址不能含有用户名、密码、#、空格或反斜杠", "the address must not hold a user, a password, #, spaces or backslashes")
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	addr, err := netip.ParseAddr(host)
	if !p.AllowPrivate && (err == nil && !Public(addr) || host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".local")) {
		return bad("inside", "不能使用内网或本机地址", "addresses of internal networks can't be called")
	}
	return nil
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
