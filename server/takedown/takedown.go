// Package takedown is what happens when illegal content is found: everything of the customer stops at once, customer and senders
// go on the blacklist, a report to the authority is drawn up, and only two people can lift it (A10). See README.md.
package takedown

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/platform/series"
)

var numbering = series.Kind{Name: "takedown", Mark: "CZ", Digits: 4}

// Class is a class of illegal content, after the nine of the Telecommunications Regulations (电信条例 56) and fraud.
type Class string

// Classes lists all classes.
func Classes() []Class {
	return []Class{"constitution", "security", "honour", "ethnic", "religion", "rumour", "obscene", "insult", "fraud", "other"}
}

var classZh = map[Class]string{
	"constitution": "反对宪法确定的基本原则", "security": "危害国家安全、泄露国家秘密", "honour": "损害国家荣誉和利益", "ethnic": "煽动民族仇恨、民族歧视",
	"religion": "破坏国家宗教政策、宣扬邪教和封建迷信", "rumour": "散布谣言、扰乱社会秩序", "obscene": "散布淫秽、色情、赌博、暴力、凶杀、恐怖或者教唆犯罪",
	"insult": "侮辱或者诽谤他人、侵害他人合法权益", "fraud": "涉嫌电信网络诈骗", "other": "法律、行政法规禁止的其他内容",
}

var classEn = map[Class]string{
	"constitution": "against the principles of the constitution", "security": "endangers state security or discloses state secrets", "honour": "harms the honour and interests of the state",
	"ethnic": "incites ethnic hatred or discrimination", "religion": "undermines the state's policy on religion, spreads cults or superstition", "rumour": "spreads rumours, disturbs public order",
	"obscene": "obscenity, gambling, violence, murder, terror, or incitement to crime", "insult": "insults, slanders or infringes the rights of others", "fraud": "suspected telecom or online fraud",
	"other": "other content that laws and regulations forbid",
}

// Zh names the class as papers do.
func (c Class) Zh() string { return classZh[c] }

// En names the class in English.
func (c Class) En() string { return classEn[c] }

// State is where a case stands.
type State string

// The states.
const (
	Stopped State = "stopped"    // everything of the customer is stopped
	Asked   State = "lift_asked" // somebody asks to lift it; it stays stopped
	Lifted  State = "lifted"
)

var moves = map[State][]State{Stopped: {Asked}, Asked: {Stopped, Lifted}, Lifted: {}}

// MayGo tells whether the state table has from → to.
func MayGo(from, to State) bool { return slices.Contains(moves[from], to) }

// Case is one finding of illegal content and what was done. Times are business time.
type Case struct {
	ID             string `gorm:"primaryKey"`
	Number         string // CZ-2026-0001
	CustomerID     string
	CustomerName   string
	BatchID        string
	BatchNumber    string
	GroupIDs       []string `gorm:"serializer:json"` // the texts; none: all of the batch
	ContentClass   Class
	Description    string
	State          State
	OpenKey        *string // one open case of a customer
	Facts          Facts   `gorm:"serializer:json"`
	StopID         string
	FoundBy        string
	FoundName      string
	FoundAt        caldate.Instant
	Authority      string
	ReportRef      string // under which the authority, or our post, has it
	ReportSHA256   string `gorm:"column:report_sha256"`
	ReportedBy     string
	ReportedName   string
	ReportedAt     caldate.Instant
	LiftAskedBy    string
	LiftAskedName  string
	LiftAskedAt    caldate.Instant
	LiftReason     string
	LiftDocumentID string
	LiftedBy       string
	LiftedName     string
	LiftedAt       caldate.Instant
	LiftDecision   string
	Version        int64
}

// TableName is takedowns.
func (Case) TableName() string { return "takedowns" }

// Facts are what was found and stopped, as it was at that moment. They hold no text and no number.
type Facts struct {
	USCC      string     `json:"uscc"`
	Address   string     `json:"address"`
	LegalRep  string     `json:"legal_rep"`
	Contacts  []string   `json:"contacts"`
	Contracts []Contract `json:"contracts"`
	Signature string     `json:"signature"`
	Submitter string     `json:"submitter"`
	FileHash  string     `json:"file_sha256"`
	RuleSet   string     `json:"rule_set"`
	Submitted string     `json:"submitted_at"`
	Totals    Totals     `json:"totals"`
	Batches   []string   `json:"batches"` // numbers of those that were under way
}

// Contract is a contract that was in force.
type Contract struct {
	ID          string `json:"id"`
	Number      string `json:"number"`
	ServiceCode string `json:"service_code"`
	Suspended   bool   `json:"suspended" doc:"It was suspended for content by this case, and is resumed when it is lifted."`
}

// Totals are the figures that a person confirms.
type Totals struct {
	Contracts int64 `json:"contracts" doc:"in force; they are suspended"`
	Batches   int64 `json:"batches" doc:"under way; they stop"`
	Messages  int64 `json:"messages" doc:"of those, not sent yet"`
	Found     int64 `json:"found" doc:"messages with the content"`
	Sent      int64 `json:"sent" doc:"of the batch, handed over before"`
	Senders   int64 `json:"senders" doc:"signatures and sender numbers that go on the blacklist"`
}

// Listed is an entry of the blacklist of customers and senders.
type Listed struct {
	ID           string          `gorm:"primaryKey" json:"id"`
	Kind         string          `json:"kind" enum:"customer,uscc,signature,service_code"`
	Listed       string          `json:"listed"`
	LiveKey      *string         `json:"-"` // unique while it counts
	TakedownID   string          `json:"takedown_id"`
	CustomerName string          `json:"customer_name"`
	Reason       string          `json:"reason"`
	AddedBy      string          `json:"-"`
	AddedAt      caldate.Instant `json:"added_at"`
	LiftedBy     string          `json:"-"`
	LiftedAt     caldate.Instant `json:"lifted_at"`
}

// TableName is sender_blacklist.
func (Listed) TableName() string { return "sender_blacklist" }

func liveKey(kind, value string) string { return kind + ":" + value }
