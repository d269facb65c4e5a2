// Package batch takes in files of messages, keeps them as sealed chunks, has them screened and knows where a batch
// stands. See README.md.
package batch

import (
	"slices"

	"sealgate/server/caldate"
	"sealgate/server/screening"
)

// State is where a batch stands.
type State string

// The states. Failed is a fault (of the file, or of a chunk that can't be worked on) that a person can mend; refused,
// done and cancelled are ends.
const (
	Draft     State = "draft"     // no file yet
	Receiving State = "receiving" // the file is coming in, or its rows are being read
	Screening State = "screening" // chunks are being judged
	// Confirming waits for the customer's own approver, where the customer wants one (P12).
	Confirming State = "confirming"
	InReview   State = "review"   // waiting for people's decision
	Approved   State = "approved" // a manifest is frozen
	Sending    State = "sending"
	Done       State = "done"
	Paused     State = "paused"    // a person stopped it; Resume goes back to where it was
	Refused    State = "refused"   // by the batch rules or by review
	Failed     State = "failed"    // see Problem
	Cancelled  State = "cancelled" // taken back by the submitter
)

// States lists all states, in the order of a batch's way.
func States() []State {
	return []State{Draft, Receiving, Screening, Confirming, InReview, Approved, Sending, Done, Paused, Refused, Failed, Cancelled}
}

// moves is the state table. From Paused only the state that was left may follow (and Cancelled).
var moves = map[State][]State{
	Draft:      {Receiving, Cancelled},
	Receiving:  {Screening, Draft, Failed, Cancelled}, // Draft: the upload broke off
	Screening:  {Confirming, InReview, Refused, Failed, Paused, Cancelled},
	Confirming: {InReview, Paused, Cancelled},
	InReview:   {Approved, Refused, Paused, Cancelled},
	Approved:   {Sending, InReview, Paused, Cancelled}, // InReview: the approval was undone within its 10 seconds
	Sending:    {Done, Paused, Cancelled},
	Paused:     {Screening, Confirming, InReview, Approved, Sending, Cancelled},
	Failed:     {Receiving, Screening, Cancelled},
	Refused:    {},
	Done:       {},
	Cancelled:  {},
}

// MayGo tells whether the state table has from → to.
func MayGo(from, to State) bool { return slices.Contains(moves[from], to) }

// IsFinal tells whether nothing can follow.
func (s State) IsFinal() bool { return len(moves[s]) == 0 }

// Stage is how far a receiving batch is; only storage and progress care.
type Stage string

// The stages of Receiving.
const (
	Uploading Stage = "uploading" // bytes are coming in; lost when the connection breaks
	Stored    Stage = "stored"    // the source file is durable; reading restarts from it after a kill
)

// Category is what kind of message it is (A02).
type Category string

// The categories.
const (
	Verification Category = "verification"
	Notice       Category = "notice"
	Marketing    Category = "marketing" // to members, with consent
	Advertising  Category = "advertising"
)

// Categories lists all categories.
func Categories() []Category { return []Category{Verification, Notice, Marketing, Advertising} }

// Mode is how rows become messages.
type Mode string

// The modes.
const (
	Template   Mode = "template"      // one text with {变量}; the row's columns fill it
	TextPerRow Mode = "text_per_row"  // each row has its own text
	ListOne    Mode = "list_one_text" // rows are numbers; all get the batch's text
)

// Modes lists all modes.
func Modes() []Mode { return []Mode{Template, TextPerRow, ListOne} }

// Batch is one file of messages on its way. Numbers and texts are never in its row: Text is sealed under the customer's
// data key of the month in which the batch was made.
type Batch struct {
	ID             string `gorm:"primaryKey"`
	Number         string // B20261001-0001 is told on the phone; gap-free per day
	CustomerID     string
	CustomerName   string // as on the contract
	ContractID     string
	ContractNumber string // as on the contract
	SignatureID    string
	Signature      string // the registered signature without 【】, as it was when the batch was made
	TemplateID     string // the registered template that the text is, "" for a text of its own
	ServiceCode    string // the sender number of contract and signature then
	Category       Category
	Mode           Mode
	Text           string `gorm:"-"` // template or the one text; opened from TextSealed
	TextSealed     string
	DataKeyID      string
	Purged         *Purge `gorm:"-"` // set once the content was destroyed: neither Text nor messages can be opened any more

	State      State
	Stage      Stage
	PausedFrom State
	Reason     string  // why it is paused, refused, failed or cancelled: a code or a person's words
	Problem    Problem `gorm:"serializer:json"` // what is wrong with the file or a chunk, where Failed

	SubmitterID   string
	SubmitterName string
	EditorID      string // who uploaded the file last; neither may approve (invariant 16)

	FileName      string
	FileSize      int64
	FileSHA256    string  `gorm:"column:file_sha256"`
	SourceKey     string  // sealed source file
	ErrorKey      string  // sealed file of rows left out, "" where there are none
	Format        string  // csv, txt, xlsx, jsonl
	Encoding      string  // utf-8, utf-8-bom, utf-16le, utf-16be, gb18030, big5
	Mapping       Mapping `gorm:"serializer:json"`
	ReceivedBytes int64   // progress of the upload
	ReadBytes     int64   // progress of reading, of FileSize

	Rows       int64 `gorm:"column:row_count"`       // data rows read: Good + Bad + Duplicates
	Good       int64 `gorm:"column:good_count"`      // became messages
	Bad        int64 `gorm:"column:bad_count"`       // in the error file, with reasons
	Duplicates int64 `gorm:"column:duplicate_count"` // same number and same text as an earlier row; in the error file too
	Parts      int64 // message parts of all good rows
	Recipients int64 // different numbers among the good rows
	LongestRun int64 // of consecutive numbers
	InRuns     int64 // numbers that stand in runs of 20 or more
	ChunkCount int64

	DirectoryVersion string // of segments and ported numbers, when its rows were read
	RuleSetVersion   string // pinned when screening begins
	Verdict          screening.Verdict
	Pass             int64           `gorm:"column:pass_count"` // messages by verdict
	Hold             int64           `gorm:"column:hold_count"`
	Refuse           int64           `gorm:"column:refuse_count"`
	Escalate         int64           `gorm:"column:escalate_count"`
	PassParts        int64           // message parts of those that are not refused
	MaxLevel         int64           // severity 1..5 of the worst hit, 0 for none
	GroupCount       int64           // groups of near-identical texts
	Hits             []screening.Hit `gorm:"serializer:json"` // of the batch rules
	ScheduledAt      caldate.Instant // business clock; not before that. Zero: as soon as approved
	CreatedAt        caldate.Instant // business clock, like the two below
	ReceivedAt       caldate.Instant // source file durable
	ScreenedAt       caldate.Instant // verdicts complete
	UpdatedAt        caldate.Instant
	Version          int64 // grows with every change; live pages watch it

	LeaseToken int64 // fencing: who holds an older one can't write any more
	LeaseUntil int64 // machine's clock, unix ms
	Tries      int64
}

// TableName is batches.
func (Batch) TableName() string { return "batches" }

// Problem is a fault that stops a batch, told so that the submitter can mend it.
type Problem struct {
	Code string `json:"code,omitempty"`
	Zh   string `json:"detail,omitempty"`
	En   string `json:"detail_en,omitempty"`
	Line int64  `json:"line,omitempty"` // of the file, from 1; 0 where no line is to blame
}

// Mapping is which column of the file is used for what; guessed, recorded and shown.
type Mapping struct {
	Header    bool     `json:"header"`           // the first row names the columns
	Chosen    bool     `json:"chosen,omitempty"` // by the submitter, not guessed
	Delimiter string   `json:"delimiter,omitempty"`
	Columns   []Column `json:"columns"`
}

// Column is one column of the file.
type Column struct {
	Name string `json:"name"` // from the header, else "第 n 列"
	Use  string `json:"use"`  // "phone", "text", "variable" or "" for unused
	// Variable is which of the template's the column fills.
	Variable string `json:"variable,omitempty"`
}

// Chunk is up to ChunkSize messages of a batch: two sealed objects and their figures.
type Chunk struct {
	BatchID       string `gorm:"primaryKey"`
	Seq           int64  `gorm:"primaryKey;autoIncrement:false"` // from 1
	FirstSeq      int64  // the first message's number in the batch, from 1
	Count         int64  `gorm:"column:message_count"`
	Key           string `gorm:"column:blob_key"`
	SHA256        string `gorm:"column:sha256"` // of the sealed object
	VerdictKey    string
	VerdictSHA256 string `gorm:"column:verdict_sha256"`
	Pass          int64
	Hold          int64
	Refuse        int64
	Escalate      int64
	Parts         int64
	PassParts     int64 // of messages that are not refused

	State      ChunkState
	LastError  string // technical; why it was tried again or set aside
	LeaseToken int64
	LeaseUntil int64 // machine's clock, unix ms
	Tries      int64
}

// TableName is batch_chunks.
func (Chunk) TableName() string { return "batch_chunks" }

// ChunkState is how far a chunk is.
type ChunkState string

// The states of a chunk.
const (
	ChunkPending ChunkState = "pending"
	ChunkDone    ChunkState = "done"
	ChunkAside   ChunkState = "aside" // failed maxTries times; the batch waits for a person
)

// Group is the messages of a batch whose texts are near-identical (similar.Near) and led to the same rules. At most MaxGroups per
// batch: the smallest and least severe are put together in one group per verdict (Rest).
type Group struct {
	BatchID    string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"` // 16 hex digits, unique within the batch
	Rest       bool   `gorm:"column:is_rest"`
	Pass       int64
	Hold       int64
	Refuse     int64
	Escalate   int64
	Parts      int64
	MaxLevel   int64
	Rules      []string        `gorm:"serializer:json"` // rule ids, worst first
	Reasons    []string        `gorm:"serializer:json"` // reason codes
	FirstSeq   int64           // the sample is this message
	Sample     string          `gorm:"-"` // text of the first message, opened by Groups
	SampleHits []screening.Hit `gorm:"-"`
	Sealed     string          // sample and its hits
	Position   int64           // worst and largest first, from 1
	Wordings   int64           // how many wordings it has that are more than other numbers and codes; 1 where they all read alike
}

// TableName is batch_groups.
func (Group) TableName() string { return "batch_groups" }

// Total is how many messages the group has.
func (g Group) Total() int64 { return g.Pass + g.Hold + g.Refuse + g.Escalate }

// ChunkSize and MaxGroups are the measures of architecture.md, "A batch's way".
const (
	ChunkSize = 8192
	MaxGroups = 2000
)

// Message is one message of an opened chunk.
type Message struct {
	Seq     int64  // in the batch, from 1; the engine's key is <batch>-<seq>
	Line    int64  // of the source file, from 1
	Phone   string // 11 digits
	Text    string
	Carrier string   // cmcc, cucc, ctcc, cbn; see recipient
	Parts   int      // message parts on the air
	Vars    []string // what was put into the template
}

// VerdictRow is what screening found about one message.
type VerdictRow struct {
	Seq     int64
	Verdict screening.Verdict
	Content screening.Verdict // by the rules of content alone
	Score   int
	Level   int    // severity of the worst hit, 0..5
	Group   string // Group.ID
	Hits    []screening.Hit
}
