package ruleset

import (
	"slices"

	"sealgate/server/caldate"
)

// DraftState is where a draft stands.
type DraftState string

// The states of a draft. One draft at a time is open or submitted: it is the desk's working copy, shared by all who edit.
const (
	Open      DraftState = "open"
	Submitted DraftState = "submitted" // waits for the second person; nobody edits it
	Published DraftState = "published"
	Discarded DraftState = "discarded"
)

// draftMoves is the state table. Open again: sent back by the second person, or withdrawn by an author.
var draftMoves = map[DraftState][]DraftState{
	"":        {Open},
	Open:      {Submitted, Discarded},
	Submitted: {Open, Published},
	Published: {},
	Discarded: {},
}

// MayGo tells whether the state table has from → to.
func MayGo(from, to DraftState) bool { return slices.Contains(draftMoves[from], to) }

// Draft is the working copy: what was changed against a version.
type Draft struct {
	ID               string `gorm:"primaryKey"`
	State            DraftState
	LiveKey          *string // "live" while open or submitted: unique, so that there is one working copy
	BaseVersion      string
	Version          int64  // grows with every change
	Reason           string // why it was submitted
	Hash             string // of the set as it was submitted; approved is exactly that
	SubmittedBy      string
	SubmittedName    string
	SubmittedAt      caldate.Instant
	DecidedBy        string
	DecidedName      string
	DecidedAt        caldate.Instant
	DecidedReason    string // why it was sent back
	PublishedVersion string
	CreatedAt        caldate.Instant
	CreatedBy        string
	CreatedName      string
	UpdatedAt        caldate.Instant

	Docs    []DraftDoc `gorm:"-"`
	Authors []Author   `gorm:"-"`
}

// TableName is rule_drafts.
func (Draft) TableName() string { return "rule_drafts" }

// DraftDoc is one document that the draft changes. Body is what was written last, whatever its faults; Sound the last text that
// passed all checks, and what is tested and submitted.
type DraftDoc struct {
	DraftID     string `gorm:"primaryKey"`
	DocKey      string `gorm:"primaryKey"`
	Kind        string
	Ref         string
	FileName    string
	Body        string
	Sound       string
	IsAdded     bool
	IsDeleted   bool
	Problems    []Problem `gorm:"serializer:json"` // of Body
	Version     int64
	ChangedBy   string
	ChangedName string
	ChangedAt   caldate.Instant
}

// TableName is rule_draft_docs.
func (DraftDoc) TableName() string { return "rule_draft_docs" }

// waiting tells whether what was written last did not pass the checks.
func (d *DraftDoc) waiting() bool { return !d.IsDeleted && d.Body != d.Sound }

// Author is somebody who changed something in a draft, be it taken back since, or submitted it once (Changes is 0 where nothing
// else): such a person can't approve it or send it back.
type Author struct {
	DraftID  string          `gorm:"primaryKey" json:"-"`
	UserID   string          `gorm:"primaryKey" json:"user_id"`
	UserName string          `json:"user_name"`
	Changes  int64           `json:"changes"`
	LastAt   caldate.Instant `json:"last_at"`
}

// TableName is rule_draft_authors.
func (Author) TableName() string { return "rule_draft_authors" }

// Wrote tells whether a person had a hand in the draft.
func (d *Draft) Wrote(userID string) bool {
	return userID == d.SubmittedBy && d.SubmittedBy != "" || slices.ContainsFunc(d.Authors, func(a Author) bool { return a.UserID == userID })
}

// doc gives the draft's own copy of a document, or nil.
func (d *Draft) doc(key string) *DraftDoc {
	if d == nil {
		return nil
	}
	for i := range d.Docs {
		if d.Docs[i].DocKey == key {
			return &d.Docs[i]
		}
	}
	return nil
}

// over lays the draft's sound texts over the documents of its base.
func (d *Draft) over(base []Doc) []Doc {
	if d == nil {
		return base
	}
	out := make([]Doc, 0, len(base)+len(d.Docs))
	seen := map[string]bool{}
	for _, b := range base {
		if c := d.doc(b.Key); c != nil {
			seen[b.Key] = true
			if c.IsDeleted {
				continue
			}
			if c.Sound != "" {
				b.Text = c.Sound
			}
		}
		out = append(out, b)
	}
	for _, c := range d.Docs {
		if !seen[c.DocKey] && !c.IsDeleted && c.Sound != "" {
			out = append(out, Doc{c.DocKey, c.Kind, c.Ref, c.FileName, c.Sound})
		}
	}
	return out
}

// with puts a text in a document's place, or adds it.
func with(docs []Doc, d Doc) []Doc {
	out := slices.Clone(docs)
	for i := range out {
		if out[i].Key == d.Key {
			out[i].Text = d.Text
			return out
		}
	}
	return append(out, d)
}

func without(docs []Doc, key string) []Doc {
	return slices.DeleteFunc(slices.Clone(docs), func(d Doc) bool { return d.Key == key })
}

// Publication is one change of the published version: by approval, by rolling back, or by a new program.
type Publication struct {
	ID            string          `gorm:"primaryKey" json:"id"`
	Version       string          `json:"version"`
	Previous      string          `json:"previous"`
	Kind          string          `json:"kind" enum:"publish,rollback,install"`
	Reason        string          `json:"reason"`
	DraftID       string          `json:"draft_id,omitempty"`
	ByID          string          `json:"by_id"`
	ByName        string          `json:"by_name"`
	SubmittedBy   string          `json:"submitted_by,omitempty"`
	SubmittedName string          `json:"submitted_by_name,omitempty"`
	At            caldate.Instant `json:"at"`
}

// TableName is rule_publications.
func (Publication) TableName() string { return "rule_publications" }

// The kinds of publications.
const (
	ByApproval = "publish"
	ByRollback = "rollback"
	ByInstall  = "install"
)

// docChange remembers who changed a document last, by the version that brought the change.
type docChange struct {
	Version      string `gorm:"primaryKey"`
	DocKey       string `gorm:"primaryKey"`
	KindOfChange string // added, changed, removed
	ByID         string
	ByName       string
	At           caldate.Instant
}

func (docChange) TableName() string { return "rule_doc_changes" }
