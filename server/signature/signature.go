// Package signature keeps what a message says about its sender: the registered 【…】 of a customer, and the service code
// (sender number) of a contract. See README.md.
package signature

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
)

// State is where a signature stands.
type State string

// The states. Only an approved one may stand in messages.
const (
	Submitted State = "submitted"
	Approved  State = "approved"
	Refused   State = "refused"
)

var moves = map[State][]State{Submitted: {Approved, Refused}, Approved: {}, Refused: {}}

// CanMove tells whether from → to is allowed.
func CanMove(from, to State) bool { return slices.Contains(moves[from], to) }

// Signature is a registered 【…】 of a customer (L05), without the brackets.
type Signature struct {
	ID          string `gorm:"primaryKey"`
	CustomerID  string
	Text        string `gorm:"column:sign_text"`
	DocumentID  string // proof of the right to use it
	State       State
	LiveKey     *string // customer:text unless refused: unique, so that a customer has each text once
	SubmittedBy string
	SubmittedAt caldate.Instant
	DecidedBy   string
	DecidedAt   caldate.Instant
	Reason      string // of a refusal

	CustomerName string `gorm:"->;-:migration"` // only in the list for compliance
	UsedByOthers int    `gorm:"->;-:migration"` // how many other customers have the same text approved: a reason to look twice
}

// The length of a signature without its brackets, in characters.
const (
	minLength = 2
	maxLength = 16
)

// CheckText cleans a signature: the brackets and spaces around it are dropped, 2 to 16 letters, digits and the few signs
// that names have are left.
func CheckText(f *errs.Fields, text string) string {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "【") && strings.HasSuffix(text, "】") {
		text = strings.TrimSuffix(strings.TrimPrefix(text, "【"), "】")
	}
	text = form.Text(f, "text", text, 1000, true)
	if text == "" {
		return ""
	}
	if n := utf8.RuneCountInString(text); n < minLength || n > maxLength {
		f.Add("text", "length", fmt.Sprintf("签名有 %d 个字符，应为 %d 至 %d 个（不含【】）", n, minLength, maxLength),
			fmt.Sprintf("the signature has %d characters; %d to %d are allowed, without 【】", n, minLength, maxLength))
		return ""
	}
	for i, r := range []rune(text) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("·&.-_ ", r) {
			continue
		}
		f.Add("text", "bad_character", fmt.Sprintf("签名第 %d 个字符“%c”不能使用；只用文字、字母和数字", i+1, r),
			fmt.Sprintf("character %d of the signature, “%c”, can't be used; letters, digits and · & . - _ only", i+1, r))
		return ""
	}
	return text
}

// Actions are what may be done next with a signature by a person, before capabilities.
func Actions(s *Signature, who actor.Actor) []string {
	if s.State == Submitted && who.UserID != s.SubmittedBy {
		return []string{"approve", "refuse"}
	}
	return nil
}

// ServiceCode is a sender number that belongs to one contract for good (L07): codes are never given to another, because
// replies and complaints come in under them for months after the end.
type ServiceCode struct {
	Code       string `gorm:"primaryKey"`
	ContractID string
	AllottedAt caldate.Instant
}

// codePrefix is the national access number of short-message services; eight digits of our own follow.
const codePrefix = "1069"

// Code is the n-th service code of the pool, from 1 on.
func Code(n int64) (string, error) {
	if n < 1 || n > 99_999_999 {
		return "", ErrPoolEmpty
	}
	return fmt.Sprintf("%s%08d", codePrefix, n), nil
}
