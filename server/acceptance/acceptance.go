// Package acceptance keeps the evidence that somebody accepted a text in the portal: who, when, from where, and exactly
// which text. See README.md.
package acceptance

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"sealgate/server/caldate"
)

// How a text was accepted.
type How string

// The ways: by a press of a button under the sentence that is accepted, with the password entered again, or by going on to use
// the service after an announcement, where the terms say so (C11).
const (
	Click    How = "click"
	Password How = "password"
	Use      How = "use"
)

// Acceptance is one person's acceptance of one text (C04). It is never changed: triggers refuse it, and Hash covers all of it.
type Acceptance struct {
	ID         string `gorm:"primaryKey"`
	ObjectType string // "contract", "contract_amendment", "contract_annex", "service_terms"
	ObjectID   string
	Reference  string // number and version, as the paper says it: "HT-2026-000001", "TOS-2"
	Title      string
	TextSHA256 string `gorm:"column:text_sha256"` // of the accepted text
	DocumentID string // the stored text; empty where the object keeps it itself
	Statement  string // the sentence that was agreed to
	How        How
	Side       string // "customer" or "provider"
	CustomerID string
	ContractID string
	UserID     string
	Login      string
	UserName   string
	IP         string
	UserAgent  string
	RequestID  string
	At         caldate.Instant // business time
	RealAt     caldate.Instant // the machine's
	Note       string          // for an acceptance by use: which use
	Hash       string
}

// TableName is acceptances.
func (Acceptance) TableName() string { return "acceptances" }

// seal is the SHA-256 over every field, each with its length before it.
func (a *Acceptance) seal() string {
	h := sha256.New()
	for _, s := range []string{
		"sealgate acceptance 1", a.ID, a.ObjectType, a.ObjectID, a.Reference, a.Title, a.TextSHA256, a.DocumentID, a.Statement, string(a.How), a.Side, a.CustomerID, a.ContractID,
		a.UserID, a.Login, a.UserName, a.IP, a.UserAgent, a.RequestID, strconv.FormatInt(a.At.Ms(), 10), strconv.FormatInt(a.RealAt.Ms(), 10), a.Note,
	} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Whole tells whether the row is as it was written.
func (a *Acceptance) Whole() bool { return a.Hash == a.seal() }

// Same tells whether two hashes name the same text, however they are written.
func Same(a, b string) bool {
	return a != "" && strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}
