// Package numbers keeps the pool of sender numbers: a base code for each contract, sub-numbers for its signatures. See README.md.
package numbers

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"sealgate/server/caldate"
)

// State is where a number stands.
type State string

// The states.
const (
	Allotted State = "allotted"
	Cooling  State = "cooling" // returned; rests until FreeOn
	Free     State = "free"    // may be given to another
)

// States lists all states.
func States() []State { return []State{Allotted, Cooling, Free} }

var moves = map[State][]State{Allotted: {Cooling}, Cooling: {Free}, Free: {Allotted}}

// CanMove tells whether from → to is allowed.
func CanMove(from, to State) bool { return slices.Contains(moves[from], to) }

// Number is a sender number that was given out once. One that nobody ever had has no row.
type Number struct {
	Code         string `gorm:"primaryKey"`
	Base         string // the contract's own code; the same as Code for that one itself
	State        State
	ContractID   string // who has it, or had it last
	CustomerID   string
	SignatureID  string  // the signature that is sent under it, "" for none yet
	BaseKey      *string // the contract while it is allotted as its base code: unique
	SignatureKey *string // contract and signature while allotted to them: unique
	AllottedAt   caldate.Instant
	ReturnedOn   caldate.Date
	FreeOn       caldate.Date // from when another signature or contract may get it

	CustomerName   string `gorm:"->;-:migration"` // in lists
	ContractNumber string `gorm:"->;-:migration"`
	Signature      string `gorm:"->;-:migration"`
}

// TableName is sender_numbers.
func (Number) TableName() string { return "sender_numbers" }

// IsBase tells a contract's base code from a sub-number.
func (n *Number) IsBase() bool { return n.Code == n.Base }

// Pool is what numbers look like and how long they rest (configs/numbers.yaml).
type Pool struct {
	Prefix       string `yaml:"prefix"`
	Digits       int    `yaml:"digits"`
	Extension    int    `yaml:"extension"`
	CoolDownDays int    `yaml:"cool_down_days"`
}

// LoadPool reads numbers.yaml.
func LoadPool(files fs.FS) (p Pool, err error) {
	b, err := fs.ReadFile(files, "numbers.yaml")
	if err != nil {
		return p, err
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&p); err != nil {
		return p, fmt.Errorf("numbers.yaml: %w", err)
	}
	if strings.Trim(p.Prefix, "0123456789") != "" || p.Prefix == "" || p.Digits < 1 || p.Extension < 1 || len(p.Prefix)+p.Digits+p.Extension > 21 || p.CoolDownDays < 0 {
		return p, fmt.Errorf("numbers.yaml: a prefix of digits, and at most 21 digits in all, are needed")
	}
	return p, nil
}

// Code is the n-th base code of the pool, from 1 on, or ErrEmpty.
func (p Pool) Code(n int64) (string, error) {
	tail := fmt.Sprintf("%0*d", p.Digits, n)
	if n < 1 || len(tail) > p.Digits {
		return "", ErrEmpty
	}
	return p.Prefix + tail, nil
}

// Sub is the n-th sub-number of a base code, from 1 on, or ErrSubEmpty.
func (p Pool) Sub(base string, n int) (string, error) {
	tail := fmt.Sprintf("%0*d", p.Extension, n)
	if n < 1 || len(tail) > p.Extension {
		return "", ErrSubEmpty
	}
	return base + tail, nil
}

// Standing is what is to be said about a batch's sender number; "" says nothing: it is in order.
type Standing string

// The standings, which rules turn into reason codes (rules/chain.yaml).
const (
	InOrder     Standing = ""
	NotAllotted Standing = "not_allotted" // nobody's, or another contract's
	OtherSign   Standing = "signature"    // another signature is sent under it
)

// MayServe tells whether a number may be tied to another signature on a day.
func (n *Number) MayServe(on caldate.Date) bool {
	return n.SignatureID == "" && (n.FreeOn.IsZero() || !on.Before(n.FreeOn))
}
