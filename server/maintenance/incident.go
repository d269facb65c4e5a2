package maintenance

import (
	"context"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
)

// incidentHours is how many support hours an answer takes where the contract says nothing.
const incidentHours = 2

// Fault is an incident as it is reported.
type Fault struct {
	Title      string
	Text       string
	Object     string
	ReportedAt caldate.Instant // where our people note a call; now where empty
}

// Raise takes in an incident: it is answered within the support hours of its contract, apart from change requests, and also
// while the contract is suspended. Errors: ErrInvalid, ErrKind, ErrNotYet.
func (s *Service) Raise(ctx context.Context, contractID string, in Fault) (*Incident, error) {
	var f errs.Fields
	now := s.clock.Instant()
	in.Title, in.Text, in.Object = form.Text(&f, "title", in.Title, 100, true), form.Lines(&f, "text", in.Text, 2000, true), form.Text(&f, "object", in.Object, 100, false)
	if in.ReportedAt.IsZero() || !ours(ctx) {
		in.ReportedAt = now
	}
	if in.ReportedAt.After(now) || now.Sub(in.ReportedAt) > latest {
		f.Add("reported_at", "range", "报告时间应在最近 60 日内，且不晚于现在", "within the last 60 days, and not after now")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	days, err := s.Workdays.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	i := &Incident{State: Open, Title: in.Title, Text: in.Text, Object: in.Object, ReportedAt: in.ReportedAt}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.inForce(ctx, contractID, false)
		if err != nil {
			return err
		}
		i.RespondBy = RespondBy(i.ReportedAt, whole(c, "incident_hours", incidentHours), HoursOf(c), days)
		if err := s.begin(ctx, c, i, 2); err != nil {
			return err
		}
		return s.tell(ctx, &i.Base, false, "maintenance_incident", map[string]string{"title": i.Title, "due": i.RespondBy.Time().Format("2006-01-02 15:04")})
	})
	if err != nil {
		return nil, err
	}
	return i, nil
}

// Accept says that somebody works on an incident. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Accept(ctx context.Context, id, note string) (*Incident, error) {
	return s.step(ctx, id, "accept", Accepted, note, func(i *Incident, note string) {
		if i.RespondedAt.IsZero() { // what is reopened was answered before
			i.RespondedAt, i.Responder = s.clock.Instant(), actor.From(ctx).Name
		}
	})
}

// Resolve says that an incident is over, why it came and what keeps it from coming again. Errors: ErrNotFound, ErrInvalid,
// ErrState.
func (s *Service) Resolve(ctx context.Context, id, cause, prevention string) (*Incident, error) {
	var f errs.Fields
	prevention = form.Text(&f, "prevention", prevention, 500, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.step(ctx, id, "resolve", Resolved, cause, func(i *Incident, cause string) {
		i.ResolvedAt, i.Cause, i.Prevention = s.clock.Instant(), cause, prevention
	})
}

// CloseIncident is the customer's word that it is over. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) CloseIncident(ctx context.Context, id, note string) (*Incident, error) {
	return s.step(ctx, id, "close", Closed, note, func(i *Incident, _ string) { i.ClosedAt = s.clock.Instant() })
}

// Reopen says that an incident is not over after all. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Reopen(ctx context.Context, id, note string) (*Incident, error) {
	return s.step(ctx, id, "reopen", Accepted, note, func(i *Incident, _ string) {
		i.Reopened++
		i.ResolvedAt = caldate.Instant{}
	})
}

// step moves an incident on with a note and tells the other side.
func (s *Service) step(ctx context.Context, id, action string, to IncidentState, note string, set func(i *Incident, note string)) (*Incident, error) {
	var f errs.Fields
	note = form.Text(&f, "note", note, 500, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return change(ctx, s, id, action, func(ctx context.Context, i *Incident) (string, error) {
		if !CanMoveIncident(i.State, to) || action == "accept" && i.State != Open {
			return "", ErrState.With("state", i.State)
		}
		i.State = to
		set(i, note)
		if !ours(ctx) {
			return note, s.tell(ctx, &i.Base, false, "maintenance_objected", map[string]string{"title": i.Title, "reason": note})
		}
		return note, s.tell(ctx, &i.Base, true, "maintenance_answered", map[string]string{"title": i.Title, "answer": note})
	})
}

// Incidents gives a page of incidents within the actor's scope.
func (s *Service) Incidents(ctx context.Context, q Query) ([]Incident, int64, error) {
	return list[Incident](ctx, s.store, q)
}

// Incident gives one incident, else ErrNotFound.
func (s *Service) Incident(ctx context.Context, id string) (*Incident, error) {
	return byID[Incident](ctx, s.store, id)
}
