package catalogue

import (
	"context"
	"regexp"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/plan"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Service keeps the plans.
type Service struct {
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail) *Service { return &Service{d, c, t, store{d}} }

// Install puts the presets there on the first start; later ones change nothing.
func (s *Service) Install(ctx context.Context) error {
	return s.db.Run(ctx, func(ctx context.Context) error {
		n, err := s.store.count(ctx)
		if err != nil || n > 0 {
			return err
		}
		now := s.clock.Instant()
		for _, p := range presets {
			terms := plan.Defaults(p.kind)
			p.set(&terms)
			made := Plan{ID: ids.New(), Code: p.code, Kind: p.kind, Name: p.name, NameEn: p.nameEn, Published: 1, CreatedBy: actor.SystemID, CreatedAt: now}
			v := Version{
				ID: ids.New(), PlanID: made.ID, Number: 1, State: Published, Terms: terms, ValidFrom: caldate.New(2020, 1, 1), Note: p.note,
				CreatedBy: actor.SystemID, CreatorName: "预置", CreatedAt: now, DecidedBy: actor.SystemID, DeciderName: "预置", DecidedAt: now,
			}
			if err := s.store.insertPlan(ctx, &made); err != nil {
				return err
			}
			if err := s.store.insertVersion(ctx, &v); err != nil {
				return err
			}
			if err := s.record(ctx, &made, &v, "plan.preset", "", Published, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// Input is what a new plan is called.
type Input struct {
	Code, Name, NameEn string
	Kind               plan.Kind
}

var code = regexp.MustCompile(`^[A-Z0-9][A-Z0-9.-]{1,23}$`)

const (
	maxName = 100
	maxNote = 500
)

// Create adds a plan with its first version as a draft over the defaults of its kind. Errors: ErrInvalid with the fields, ErrCode.
func (s *Service) Create(ctx context.Context, in Input, patch plan.Patch, from caldate.Date, note string) (*Plan, *Version, error) {
	var f errs.Fields
	if !code.MatchString(in.Code) {
		f.Add("code", "format", "编码用 2 到 24 个大写字母、数字、点或连字符，例如 PKG-100", "2 to 24 capital letters, digits, dots or hyphens, such as PKG-100")
	}
	in.Name = form.Text(&f, "name", in.Name, maxName, true)
	in.NameEn = form.Text(&f, "name_en", in.NameEn, maxName, false)
	if plan.Defaults(in.Kind).Kind != in.Kind || !known(in.Kind) {
		f.Add("kind", "unknown", "请选择合同类型", "choose a kind of agreement")
		return nil, nil, f.Err(ErrInvalid)
	}
	p := &Plan{ID: ids.New(), Code: in.Code, Kind: in.Kind, Name: in.Name, NameEn: in.NameEn, CreatedBy: actor.From(ctx).UserID, CreatedAt: s.clock.Instant()}
	v, more := s.write(ctx, p, plan.Defaults(in.Kind), patch, from, note)
	if err := append(f, more...).Err(ErrInvalid); err != nil {
		return nil, nil, err
	}
	v.Number = 1
	err := s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.insertPlan(ctx, p); err != nil {
			if db.IsDuplicate(err) {
				return ErrCode
			}
			return err
		}
		if err := s.store.insertVersion(ctx, v); err != nil {
			return err
		}
		return s.record(ctx, p, v, "plan.create", "", Draft, note)
	})
	return p, v, err
}

func known(k plan.Kind) bool {
	for _, o := range plan.Kinds {
		if o == k {
			return true
		}
	}
	return false
}

// write makes a draft of a version.
func (s *Service) write(ctx context.Context, p *Plan, base plan.Terms, patch plan.Patch, from caldate.Date, note string) (*Version, errs.Fields) {
	var f errs.Fields
	note = form.Lines(&f, "note", note, maxNote, true)
	if from.IsZero() {
		f.Add("valid_from", "missing", "请填写生效日期", "give the day from which it is offered")
	} else if from.Before(s.clock.Today()) {
		f.Add("valid_from", "past", "生效日期不能早于今天", "it can't be offered from a day in the past")
	}
	terms := base.With(patch)
	for _, e := range terms.Check() {
		e.Field = "terms." + e.Field
		f = append(f, e)
	}
	who := actor.From(ctx)
	return &Version{
		ID: ids.New(), PlanID: p.ID, State: Draft, Terms: terms, ValidFrom: from, Note: note, CreatedBy: who.UserID, CreatorName: who.Name, CreatedAt: s.clock.Instant(),
	}, f
}

// Revise writes the next version of a plan as a draft, over the newest one; a draft that is there already is replaced.
// Errors: ErrNotFound, ErrInvalid, ErrOpen where one is submitted, ErrWithdrawn.
func (s *Service) Revise(ctx context.Context, planID string, patch plan.Patch, from caldate.Date, note string) (*Version, error) {
	var out *Version
	err := s.db.Run(ctx, func(ctx context.Context) error {
		p, err := s.store.lockPlan(ctx, planID)
		if err != nil {
			return err
		}
		if p.Withdrawn {
			return ErrWithdrawn
		}
		vs, err := s.store.versions(ctx, planID)
		if err != nil {
			return err
		}
		newest := vs[0]
		v, f := s.write(ctx, p, newest.Terms, patch, from, note)
		if err := f.Err(ErrInvalid); err != nil {
			return err
		}
		switch newest.State {
		case Submitted:
			return ErrOpen
		case Draft:
			v.ID, v.Number = newest.ID, newest.Number
			if err := s.store.rewrite(ctx, v); err != nil {
				return err
			}
		default:
			v.Number = newest.Number + 1
			if err := s.store.insertVersion(ctx, v); err != nil {
				return err
			}
		}
		out = v
		return s.record(ctx, p, v, "plan.draft", "", Draft, note)
	})
	return out, err
}

// Submit asks another person to publish a draft. Errors: ErrNotFound, ErrState.
func (s *Service) Submit(ctx context.Context, versionID string) (*Version, error) {
	return s.move(ctx, versionID, Submitted, "", "plan.submit")
}

// Drop gives a draft up; its number stays used. Errors: ErrNotFound, ErrState.
func (s *Service) Drop(ctx context.Context, versionID string) (*Version, error) {
	return s.move(ctx, versionID, Dropped, "", "plan.drop")
}

// Publish puts a submitted version on offer. Errors: ErrNotFound, ErrState, ErrOwn.
func (s *Service) Publish(ctx context.Context, versionID string) (*Version, error) {
	return s.move(ctx, versionID, Published, "", "plan.publish")
}

// SendBack makes a submitted version a draft again, with the reason. Errors: ErrNotFound, ErrState, ErrOwn, ErrReason.
func (s *Service) SendBack(ctx context.Context, versionID, reason string) (*Version, error) {
	var f errs.Fields
	reason = form.Lines(&f, "reason", reason, maxNote, true)
	if err := f.Err(ErrReason); err != nil {
		return nil, err
	}
	return s.move(ctx, versionID, Draft, reason, "plan.send_back")
}

func (s *Service) move(ctx context.Context, versionID string, to State, reason, action string) (*Version, error) {
	var v *Version
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if v, err = s.store.version(ctx, versionID); err != nil {
			return err
		}
		p, err := s.store.lockPlan(ctx, v.PlanID)
		if err != nil {
			return err
		}
		from := v.State
		if !CanMove(from, to) {
			return ErrState.With("state", from)
		}
		who := actor.From(ctx)
		if from == Submitted {
			if v.CreatedBy == who.UserID {
				return ErrOwn
			}
			v.DecidedBy, v.DeciderName, v.DecidedAt, v.Decision = who.UserID, who.Name, s.clock.Instant(), reason
		}
		v.State = to
		if to == Published && v.ValidFrom.Before(s.clock.Today()) {
			v.ValidFrom = s.clock.Today() // it lay there longer than its author thought; nothing is offered backwards
		}
		ok, err := s.store.setState(ctx, v, from)
		if err != nil {
			return err
		}
		if !ok {
			return ErrState
		}
		if to == Published {
			if err := s.store.setPublished(ctx, p.ID, v.Number); err != nil {
				return err
			}
		}
		return s.record(ctx, p, v, action, from, to, reason)
	})
	return v, err
}

// Withdraw takes a plan off the list, or puts it back. Contracts that were signed on it go on as they are.
func (s *Service) Withdraw(ctx context.Context, planID string, off bool, reason string) (*Plan, error) {
	var f errs.Fields
	reason = form.Lines(&f, "reason", reason, maxNote, true)
	if err := f.Err(ErrReason); err != nil {
		return nil, err
	}
	var p *Plan
	err := s.db.Run(ctx, func(ctx context.Context) (err error) {
		if p, err = s.store.lockPlan(ctx, planID); err != nil {
			return err
		}
		if p.Withdrawn == off {
			return nil
		}
		p.Withdrawn = off
		if err := s.store.setWithdrawn(ctx, planID, off); err != nil {
			return err
		}
		action := "plan.offer_again"
		if off {
			action = "plan.withdraw"
		}
		return s.trail.Record(ctx, trail.Entry{Action: action, ObjectType: "plan", ObjectID: p.ID, Reason: reason, Detail: map[string]any{"code": p.Code}})
	})
	return p, err
}

func (s *Service) record(ctx context.Context, p *Plan, v *Version, action string, from, to State, reason string) error {
	return s.trail.Record(ctx, trail.Entry{
		Action: action, ObjectType: "plan", ObjectID: p.ID, From: string(from), To: string(to), Reason: reason,
		Detail: map[string]any{"code": p.Code, "version": v.Number, "valid_from": v.ValidFrom, "terms": v.Terms},
	})
}

// Offer is a plan with its versions, the newest first.
type Offer struct {
	Plan
	Versions []Version
}

// List gives all plans by code; kind "" for all.
func (s *Service) List(ctx context.Context, kind plan.Kind) ([]Offer, error) {
	plans, err := s.store.plans(ctx, kind)
	if err != nil {
		return nil, err
	}
	out := make([]Offer, len(plans))
	for i, p := range plans {
		vs, err := s.store.versions(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		out[i] = Offer{p, vs}
	}
	return out, nil
}

// Get gives a plan with its versions. Errors: ErrNotFound.
func (s *Service) Get(ctx context.Context, planID string) (*Offer, error) {
	p, err := s.store.plan(ctx, planID)
	if err != nil {
		return nil, err
	}
	vs, err := s.store.versions(ctx, planID)
	return &Offer{*p, vs}, err
}

// Signable gives the terms of a version for a contract that is registered today. Errors: ErrNotFound, ErrKind, ErrWithdrawn, ErrNotYet.
func (s *Service) Signable(ctx context.Context, versionID string, kind plan.Kind) (terms plan.Terms, label string, err error) {
	v, err := s.store.version(ctx, versionID)
	if err != nil {
		return terms, "", err
	}
	p, err := s.store.plan(ctx, v.PlanID)
	switch {
	case err != nil:
		return terms, "", err
	case p.Kind != kind:
		return terms, "", ErrKind
	case p.Withdrawn:
		return terms, "", ErrWithdrawn
	case v.State != Published || v.ValidFrom.After(s.clock.Today()):
		return terms, "", ErrNotYet
	}
	return v.Terms, Label(p, v), nil
}

// Of gives the plan and version that a contract was signed on, whatever became of them since. Errors: ErrNotFound.
func (s *Service) Of(ctx context.Context, versionID string) (*Plan, *Version, error) {
	v, err := s.store.version(ctx, versionID)
	if err != nil {
		return nil, nil, err
	}
	p, err := s.store.plan(ctx, v.PlanID)
	return p, v, err
}
