package signature

import (
	"context"
	"fmt"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/notice"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/platform/series"
	"sealgate/server/trail"
)

// Watcher is told, in the same transaction, that a customer's approved signatures have changed.
type Watcher interface {
	SignatureChanged(ctx context.Context, customerID string) error
}

// Service takes and decides signatures, and allots service codes.
type Service struct {
	db        *db.DB
	clock     clock.Clock
	trail     *trail.Trail
	customers *customer.Service
	documents *document.Service
	notices   *notice.Service
	watcher   Watcher
	store     store
}

// New makes the service; Watch tells it who is to know of changes.
func New(d *db.DB, c clock.Clock, t *trail.Trail, cs *customer.Service, ds *document.Service, ns *notice.Service) *Service {
	return &Service{d, c, t, cs, ds, ns, nil, store{d}}
}

// Watch sets who is told of changes.
func (s *Service) Watch(w Watcher) { s.watcher = w }

// Submit registers a signature of a customer with the proof of the right to use it. Errors: ErrInvalid with the fields,
// ErrTaken, customer.ErrNotFound, those of document.Link.
func (s *Service) Submit(ctx context.Context, customerID, text, documentID string) (*Signature, error) {
	var f errs.Fields
	text = CheckText(&f, text)
	if documentID == "" {
		f.Add("proof_attachment_id", "missing", "请先上传签名使用权证明", "upload the proof of the right to use the signature first")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	var g *Signature
	err := s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.customers.Get(ctx, customerID)
		if err != nil {
			return err
		}
		key := c.ID + ":" + text
		g = &Signature{
			ID: ids.New(), CustomerID: c.ID, Text: text, DocumentID: documentID, State: Submitted, LiveKey: &key,
			SubmittedBy: actor.From(ctx).UserID, SubmittedAt: s.clock.Instant(),
		}
		if _, err := s.documents.Link(ctx, documentID, "signature", g.ID, c.ID, ""); err != nil {
			return err
		}
		if err := s.store.insert(ctx, g); err != nil {
			return err
		}
		return s.record(ctx, g, "signature.submit", "")
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

func (s *Service) record(ctx context.Context, g *Signature, action string, from State) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "signature", ObjectID: g.ID, CustomerID: g.CustomerID, From: string(from), To: string(g.State), Reason: g.Reason,
		Detail: map[string]any{"text": g.Text},
	})
}

// Approve lets a signature into messages. Errors: ErrNotFound, ErrOwn, ErrState.
func (s *Service) Approve(ctx context.Context, id string) (*Signature, error) {
	return s.decide(ctx, id, Approved, "")
}

// Refuse turns a submitted signature down. Errors: ErrReason, ErrNotFound, ErrOwn, ErrState.
func (s *Service) Refuse(ctx context.Context, id, reason string) (*Signature, error) {
	return s.decide(ctx, id, Refused, reason)
}

func (s *Service) decide(ctx context.Context, id string, to State, reason string) (*Signature, error) {
	reason = strings.TrimSpace(reason)
	if to == Refused && reason == "" {
		return nil, ErrReason.At("reason", "missing", ErrReason.Zh, ErrReason.En)
	}
	if len([]rune(reason)) > 500 {
		return nil, ErrReason.At("reason", "too_long", "原因最多 500 个字符", "at most 500 characters")
	}
	var g *Signature
	err := s.db.Run(ctx, func(ctx context.Context) error {
		var err error
		if g, err = s.store.byID(ctx, id); err != nil {
			return err
		}
		who, from := actor.From(ctx).UserID, g.State
		switch {
		case !CanMove(from, to):
			return ErrState.With("state", from)
		case who == g.SubmittedBy:
			return ErrOwn
		}
		g.State, g.DecidedBy, g.DecidedAt, g.Reason = to, who, s.clock.Instant(), reason
		action := "signature.approve"
		if to == Refused {
			g.LiveKey, action = nil, "signature.refuse"
		}
		ok, err := s.store.move(ctx, g, from)
		if err != nil {
			return err
		}
		if !ok {
			return ErrState
		}
		if err := s.record(ctx, g, action, from); err != nil {
			return err
		}
		if err := s.tell(ctx, g); err != nil {
			return err
		}
		if s.watcher == nil {
			return nil
		}
		return s.watcher.SignatureChanged(ctx, g.CustomerID)
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// tell puts the outcome into the inboxes of the customer and of its sales owner.
func (s *Service) tell(ctx context.Context, g *Signature) error {
	c, err := s.customers.Get(ctx, g.CustomerID)
	if err != nil {
		return err
	}
	about := notice.About{ObjectType: "signature", ObjectID: g.ID, CustomerID: c.ID}
	vars := map[string]string{"customer": c.Name, "signature": "【" + g.Text + "】"}
	if g.Reason != "" {
		vars["reason"] = g.Reason
	}
	for _, to := range []notice.To{{CustomerID: c.ID, About: about}, {UserID: c.OwnerID, About: about}} {
		if err := s.notices.Send(ctx, to, "signature_"+string(g.State), vars, nil); err != nil {
			return fmt.Errorf("tell of signature %s: %w", g.ID, err)
		}
	}
	return nil
}

// Get gives a signature within the actor's scope, else ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (*Signature, error) {
	return s.store.byID(ctx, id)
}

// Approved gives the signatures that a customer's messages may carry. It is for rules: the caller has checked who asks.
func (s *Service) Approved(ctx context.Context, customerID string) ([]Signature, error) {
	return s.store.approved(ctx, customerID)
}

// List gives a page of the signatures in the actor's scope, oldest first, and how many fit.
func (s *Service) List(ctx context.Context, q Query) ([]Signature, int64, error) {
	return s.store.list(ctx, q)
}

// Allot gives a contract its service code, in the caller's transaction: the one that it has, or the next of the pool.
func (s *Service) Allot(ctx context.Context, customerID, contractID string) (string, error) {
	code := ""
	err := s.db.Run(ctx, func(ctx context.Context) error {
		has, err := s.store.codeOf(ctx, contractID)
		if err != nil {
			return err
		}
		if has != nil {
			code = has.Code
			return nil
		}
		n, err := series.Next(ctx, s.db, "service_code")
		if err != nil {
			return err
		}
		if code, err = Code(n); err != nil {
			return err
		}
		if err := s.store.insertCode(ctx, &ServiceCode{code, contractID, s.clock.Instant()}); err != nil {
			return err
		}
		return s.trail.Record(ctx, trail.Entry{
			Action: "service_code.allot", ObjectType: "service_code", ObjectID: code, CustomerID: customerID, ContractID: contractID,
		})
	})
	if err != nil {
		return "", fmt.Errorf("allot a service code to contract %s: %w", contractID, err)
	}
	return code, nil
}
