// Package library keeps who approved which version of a template or clause, by the hash of its text. See README.md.
package library

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contracttemplate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/trail"
	"sealgate/server/verify"
)

// Kind is what is approved.
type Kind string

// The kinds.
const (
	Template Kind = "template"
	Clause   Kind = "clause"
)

// Approval is a person's word on one version. Its hash is of the text as it was then: a text that was changed afterwards is
// found by Verify.
type Approval struct {
	Kind          Kind   `gorm:"primaryKey"`
	ObjectID      string `gorm:"primaryKey"`
	ObjectVersion int    `gorm:"primaryKey"`
	SHA256        string `gorm:"column:sha256"`
	Note          string
	ApprovedBy    string
	ApproverName  string
	ApprovedAt    caldate.Instant
}

// TableName is template_approvals.
func (Approval) TableName() string { return "template_approvals" }

// Service keeps the approvals.
type Service struct {
	db       *db.DB
	clock    clock.Clock
	trail    *trail.Trail
	registry *contracttemplate.Registry
	store    store
}

// New makes the service over the templates of the program.
func New(d *db.DB, c clock.Clock, t *trail.Trail, r *contracttemplate.Registry) *Service {
	return &Service{d, c, t, r, store{d}}
}

// sha gives the hash of a version's text. Errors: contracttemplate.ErrUnknownTemplate, ErrUnknownClause.
func (s *Service) sha(kind Kind, id string, version int) (string, error) {
	if kind == Clause {
		c, err := s.registry.Clause(id, version)
		if err != nil {
			return "", err
		}
		return c.SHA256, nil
	}
	t, err := s.registry.Get(id, version)
	if err != nil {
		return "", err
	}
	return t.SHA256, nil
}

// Approve notes that the actor has read a version and lets it be used. Errors: contracttemplate.ErrUnknownTemplate,
// ErrUnknownClause, ErrInvalid, ErrApproved.
func (s *Service) Approve(ctx context.Context, kind Kind, id string, version int, note string) (*Approval, error) {
	var f errs.Fields
	note = form.Text(&f, "note", note, 300, true)
	if kind != Template && kind != Clause {
		f.Add("kind", "unknown", "只能批准模板或者条款", "templates and clauses are approved")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	sha, err := s.sha(kind, id, version)
	if err != nil {
		return nil, err
	}
	who := actor.From(ctx)
	a := &Approval{kind, id, version, sha, note, who.UserID, who.Name, s.clock.Instant()}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.insert(ctx, a); err != nil {
			if db.IsDuplicate(err) {
				return ErrApproved
			}
			return err
		}
		return s.trail.Record(ctx, trail.Entry{Action: "library.approve", ObjectType: string(kind), ObjectID: fmt.Sprintf("%s-v%d", id, version), Reason: note, Detail: map[string]any{"sha256": sha}})
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// All gives every approval; Of finds one among them.
func (s *Service) All(ctx context.Context) ([]Approval, error) { return s.store.all(ctx) }

// Of finds the approval of a version; nil where nobody has approved it.
func Of(all []Approval, kind Kind, id string, version int) *Approval {
	for i := range all {
		if a := &all[i]; a.Kind == kind && a.ObjectID == id && a.ObjectVersion == version {
			return a
		}
	}
	return nil
}

// Verify checks that no approved text was changed afterwards.
func (s *Service) Verify(ctx context.Context) ([]verify.Violation, error) {
	all, err := s.store.all(ctx)
	if err != nil {
		return nil, err
	}
	var out []verify.Violation
	for _, a := range all {
		if sha, err := s.sha(a.Kind, a.ObjectID, a.ObjectVersion); err != nil || sha != a.SHA256 {
			out = append(out, verify.Violation{Invariant: 7, Object: fmt.Sprintf("%s %s v%d", a.Kind, a.ObjectID, a.ObjectVersion), Detail: "its text is not the one that was approved"})
		}
	}
	return out, nil
}
