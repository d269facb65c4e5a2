// Package apikey lets a customer's own programs in: keys with a secret, signed calls, replays and floods refused.
// See README.md.
package apikey

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
)

// State is where a key stands. Expired is no state: the time says it.
type State string

// The states.
const (
	Active  State = "active"
	Frozen  State = "frozen"  // with the customer's accounts; goes on when they do
	Revoked State = "revoked" // for good
)

var moves = map[State][]State{
	Active:  {Frozen, Revoked},
	Frozen:  {Active, Revoked},
	Revoked: {},
}

// MayGo tells whether the state table has from → to.
func MayGo(from, to State) bool { return slices.Contains(moves[from], to) }

// Scope is what a key may be used for.
type Scope string

// The scopes.
const (
	Send  Scope = "send"  // submit batches and messages, take them back
	Read  Scope = "read"  // batches, results, replies, signatures, templates, usage
	Money Scope = "money" // balance, bills, statements
)

// Scopes lists all scopes, in the order in which forms show them.
func Scopes() []Scope { return []Scope{Send, Read, Money} }

// capabilities of each scope, by the names of configs/authz/policy.csv. A key has never more than these, whoever made it.
var capabilities = map[Scope][]string{
	Send:  {"batch.submit", "batch.control"},
	Read:  {"batch.read", "handoff.read", "customer.read", "contract.read", "usage.read", "statistics.read", "reply.read"},
	Money: {"bill.read", "statement.read", "wallet.read", "usage.read"},
}

// Grants tells whether a scope lets its keys do what a capability names.
func (s Scope) Grants(capability string) bool { return slices.Contains(capabilities[s], capability) }

// Limits are how many calls a key may make: a bucket that holds Burst and fills at PerMinute. Reading and sending have one each.
type Limits struct {
	ReadPerMinute int64
	ReadBurst     int64
	SendPerMinute int64
	SendBurst     int64
}

// DefaultLimits are those of a new key; the provider may set others for each key.
func DefaultLimits() Limits { return Limits{1200, 200, 300, 60} }

// maxRate bounds what can be set: beyond, the limit would be that of the machine.
const maxRate = 1_000_000

func (l Limits) check() error {
	var f errs.Fields
	for _, x := range []struct {
		field string
		n     int64
	}{{"read_per_minute", l.ReadPerMinute}, {"read_burst", l.ReadBurst}, {"send_per_minute", l.SendPerMinute}, {"send_burst", l.SendBurst}} {
		if x.n < 1 || x.n > maxRate {
			f.Add(x.field, "range", fmt.Sprintf("应为 1 至 %d", maxRate), fmt.Sprintf("must be 1 to %d", maxRate))
		}
	}
	return f.Err(ErrInvalid)
}

// Key is what a customer's program signs with. Its secrets are sealed: the signature scheme needs them in clear, so that
// a hash would not do. All times are of the machine's clock.
type Key struct {
	ID           string `gorm:"primaryKey"` // public: stands in every call
	CustomerID   string
	Name         string
	Scopes       []Scope  `gorm:"serializer:json"`
	AllowFrom    []string `gorm:"serializer:json"` // addresses or networks; none: from anywhere
	State        State
	Sealed       string // the secret
	SealedBefore string // the one before, good until BeforeUntil
	BeforeUntil  caldate.Instant
	ExpiresAt    caldate.Instant // zero: never
	Limits       `gorm:"embedded"`
	CreatedBy    string
	CreatedAt    caldate.Instant
	RotatedAt    caldate.Instant
	RevokedAt    caldate.Instant
	RevokedWhy   string
	LastUsedAt   caldate.Instant // within a minute
	LastUsedFrom string
	Version      int64
}

// TableName is api_keys.
func (Key) TableName() string { return "api_keys" }

// Expired tells whether the key's time is over.
func (k *Key) Expired(now caldate.Instant) bool {
	return !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt)
}

// May tells whether the key's scopes grant a capability.
func (k *Key) May(capability string) bool {
	return slices.ContainsFunc(k.Scopes, func(s Scope) bool { return s.Grants(capability) })
}

// Has tells whether the key has a scope.
func (k *Key) Has(s Scope) bool { return slices.Contains(k.Scopes, s) }

// Admits tells whether the key may be used from an address.
func (k *Key) Admits(ip string) bool {
	if len(k.AllowFrom) == 0 {
		return true
	}
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return false
	}
	addr = addr.Unmap()
	return slices.ContainsFunc(k.AllowFrom, func(s string) bool {
		p, err := parseNetwork(s)
		return err == nil && p.Contains(addr)
	})
}

// Actions tell what may be done with the key now, before capabilities.
func (k *Key) Actions(now caldate.Instant) []string {
	out := []string{}
	if k.State == Active && !k.Expired(now) {
		out = append(out, "rotate", "change")
	}
	if MayGo(k.State, Revoked) {
		out = append(out, "revoke")
	}
	return out
}

// Wish is a key as its owner wants it.
type Wish struct {
	Name      string
	Scopes    []Scope
	AllowFrom []string
	ExpiresAt caldate.Instant
}

const (
	maxName     = 60
	maxNetworks = 50
	maxKeys     = 20 // of a customer that are not revoked
	// maxOverlap is how long the old secret may go on after a new one was made.
	maxOverlap = 30 * 24 * time.Hour
)

// check cleans a wish and gives every wrong field at once.
func (w Wish) check(now caldate.Instant) (Wish, error) {
	var f errs.Fields
	out := Wish{Name: form.Text(&f, "name", w.Name, maxName, true), ExpiresAt: w.ExpiresAt, Scopes: []Scope{}, AllowFrom: []string{}}
	if len(w.Scopes) == 0 {
		f.Add("scopes", "missing", "请至少选择一项权限", "choose at least one scope")
	}
	for _, s := range w.Scopes {
		switch {
		case !slices.Contains(Scopes(), s):
			f.Add("scopes", "unknown", fmt.Sprintf("没有权限“%s”，可选 send、read、money", cut(string(s), 20)), fmt.Sprintf("there is no scope %q; choose send, read or money", cut(string(s), 20)))
		case !slices.Contains(out.Scopes, s):
			out.Scopes = append(out.Scopes, s)
		}
	}
	if len(w.AllowFrom) > maxNetworks {
		f.Add("allow_from", "too_many", fmt.Sprintf("最多 %d 个地址", maxNetworks), fmt.Sprintf("at most %d addresses", maxNetworks))
	}
	for i, s := range w.AllowFrom {
		p, err := parseNetwork(strings.TrimSpace(s))
		if err != nil {
			f.Add(fmt.Sprintf("allow_from[%d]", i), "form", "应为 IP 地址或网段，例如 203.0.113.7 或 203.0.113.0/24", "must be an address or a network such as 203.0.113.7 or 203.0.113.0/24")
			continue
		}
		out.AllowFrom = append(out.AllowFrom, shown(p))
	}
	if !w.ExpiresAt.IsZero() && !w.ExpiresAt.After(now) {
		f.Add("expires_at", "past", "到期时间应在当前时间之后", "must lie in the future")
	}
	return out, f.Err(ErrInvalid)
}

func parseNetwork(s string) (netip.Prefix, error) {
	if strings.Contains(s, "/") {
		p, err := netip.ParsePrefix(s)
		return p.Masked(), err
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("address %q: %w", s, err)
	}
	a = a.Unmap()
	return netip.PrefixFrom(a, a.BitLen()), nil
}

func shown(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
