package maintenance

import (
	"context"
	"fmt"
	"regexp"
	"strconv"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/contract"
	"sealgate/server/contracttemplate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
)

// silenceDays is how many working days a customer has to object to a report.
const silenceDays = 3

// Trip is a visit as it is planned.
type Trip struct {
	PlannedOn caldate.Date
	Purpose   string
	Engineer  string
	OriginID  string // a request or an incident of the same contract
}

// Plan plans a visit. Errors: ErrInvalid, ErrKind, ErrNotYet, ErrNotFound for an unknown origin.
func (s *Service) Plan(ctx context.Context, contractID string, in Trip) (*Visit, error) {
	var f errs.Fields
	in.Purpose = form.Text(&f, "purpose", in.Purpose, 200, true)
	in.Engineer = form.Text(&f, "engineer", in.Engineer, 100, true)
	if today := s.clock.Today(); in.PlannedOn.IsZero() || in.PlannedOn.Before(today.AddDays(-60)) || in.PlannedOn.After(today.AddDays(365)) {
		f.Add("planned_on", "range", "日期应在过去 60 日至未来一年之间", "from 60 days ago to a year ahead")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	v := &Visit{State: Planned, Purpose: in.Purpose, Engineer: in.Engineer, PlannedOn: in.PlannedOn, OriginID: in.OriginID, Work: []Work{}}
	err := s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.inForce(ctx, contractID, false)
		if err != nil {
			return err
		}
		if in.OriginID != "" {
			if v.OriginNumber, err = s.origin(ctx, c.ID, in.OriginID); err != nil {
				return err
			}
		}
		return s.begin(ctx, c, v, 1)
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

// origin is the number of the request or incident that a visit belongs to.
func (s *Service) origin(ctx context.Context, contractID, id string) (string, error) {
	if r, err := byID[Request](ctx, s.store, id); err == nil && r.ContractID == contractID {
		return r.Number, nil
	}
	i, err := byID[Incident](ctx, s.store, id)
	if err != nil || i.ContractID != contractID {
		return "", ErrNotFound
	}
	return i.Number, nil
}

// Outcome is what was done on a visit.
type Outcome struct {
	On       caldate.Date
	Arrived  string
	LeftAt   string
	Engineer string
	Work     []Work
	Result   string
	Leftover string
}

var clockTime = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

func (s *Service) checkOutcome(in Outcome) (Outcome, error) {
	var f errs.Fields
	today := s.clock.Today()
	if in.On.IsZero() || in.On.After(today) || today.Sub(in.On) > int(latest.Hours()/24) {
		f.Add("on", "range", "服务日期应在最近 60 日内，且不晚于今天", "within the last 60 days, and not after today")
	}
	for field, value := range map[string]string{"arrived": in.Arrived, "left": in.LeftAt} {
		if !clockTime.MatchString(value) {
			f.Add(field, "time", "请写成 09:30 这样的时间", "write a time such as 09:30")
		}
	}
	if len(f) == 0 && in.LeftAt <= in.Arrived {
		f.Add("left", "order", "离开时间应晚于到达时间", "left after arriving")
	}
	in.Engineer = form.Text(&f, "engineer", in.Engineer, 100, true)
	if len(in.Work) == 0 || len(in.Work) > 50 {
		f.Add("work", "count", "请填写 1 至 50 项处理内容", "list 1 to 50 pieces of work")
	}
	for i := range in.Work {
		at, w := "work["+strconv.Itoa(i)+"].", &in.Work[i]
		w.Object, w.Work, w.Result = form.Text(&f, at+"object", w.Object, 100, true), form.Lines(&f, at+"work", w.Work, 500, true), form.Text(&f, at+"result", w.Result, 200, true)
	}
	in.Result = form.Lines(&f, "result", in.Result, 1000, true)
	in.Leftover = form.Lines(&f, "leftover", in.Leftover, 1000, false)
	return in, f.Err(ErrInvalid)
}

// Report writes the report of a visit as a paper and gives it to the customer, who has three working days to object.
// Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Report(ctx context.Context, id string, in Outcome) (*Visit, error) {
	in, err := s.checkOutcome(in)
	if err != nil {
		return nil, err
	}
	v, err := byID[Visit](ctx, s.store, id)
	if err != nil {
		return nil, err
	}
	if !CanMoveVisit(v.State, Reported) {
		return nil, ErrState.With("state", v.State)
	}
	days, err := s.Workdays.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	c, err := s.Contracts.Get(ctx, v.ContractID)
	if err != nil {
		return nil, err
	}
	fee, why, err := s.fee(ctx, c, v)
	if err != nil {
		return nil, err
	}
	paper, err := s.reportPaper(ctx, v, in, fee, why)
	if err != nil {
		return nil, err
	}
	today := s.clock.Today()
	return change(ctx, s, id, "report", func(ctx context.Context, v *Visit) (string, error) {
		if !CanMoveVisit(v.State, Reported) {
			return "", ErrState.With("state", v.State)
		}
		if err := s.Contracts.Hold(ctx, v.ContractID); err != nil { // two reports at once share what is included
			return "", err
		}
		switch now, _, err := s.fee(ctx, c, v); {
		case err != nil:
			return "", err
		case now != fee: // another report took the last included visit: the paper would say something else
			return "", ErrState
		}
		v.State, v.VisitOn, v.Arrived, v.LeftAt, v.Engineer, v.Work, v.Result, v.Leftover = Reported, in.On, in.Arrived, in.LeftAt, in.Engineer, in.Work, in.Result, in.Leftover
		v.FeeFen, v.FeeNote, v.ReportedOn, v.ConfirmBy, v.DocumentID, v.Note = fee, why, today, days.After(today, silenceDays), paper, ""
		if err := s.link(ctx, paper, &v.Base); err != nil {
			return "", err
		}
		return "", s.tell(ctx, &v.Base, true, "maintenance_report", map[string]string{"date": v.VisitOn.String(), "until": v.ConfirmBy.String(), "result": v.Result})
	})
}

// fee is what a visit costs by its contract and the visits before it.
func (s *Service) fee(ctx context.Context, c *contract.Contract, v *Visit) (money.Fen, string, error) {
	from := c.StartDate
	if !c.TermFrom.IsZero() {
		from = c.TermFrom
	}
	made, err := s.store.made(ctx, c.ID, from, v.ID)
	if err != nil {
		return 0, "", err
	}
	fee, why := Charged(c.Values["charge_model"] == "per_visit", yuan(c, "visit_fee"), int64(whole(c, "visits_included", 0)), made)
	return fee, why, nil
}

// reportPaper makes and stores the report.
func (s *Service) reportPaper(ctx context.Context, v *Visit, in Outcome, fee money.Fen, why string) (string, error) {
	rows := make([][]string, len(in.Work))
	for i, w := range in.Work {
		rows[i] = []string{w.Object, w.Work, w.Result}
	}
	values := map[string]string{
		"customer_name": v.CustomerName, "contract_number": v.ContractNumber, "visit_on": in.On.String(), "arrived": in.Arrived, "left": in.LeftAt, "engineer": in.Engineer, "purpose": v.Purpose,
		"origin": v.OriginNumber, "work": contracttemplate.Rows(rows), "result": in.Result, "leftover": in.Leftover, "fee_note": why,
	}
	if fee > 0 {
		values["fee"] = fee.Yuan()
	}
	pdf, err := s.render("visit_report", v.Number, values)
	if err != nil {
		return "", err
	}
	return s.keep(ctx, v.Number+".pdf", "visit_report", pdf)
}

// Confirm is the customer's word on a report: right, or not right and why. A confirmed visit goes on the next bill where the
// contract says that it costs something. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Confirm(ctx context.Context, id string, yes bool, note string) (*Visit, error) {
	note, err := byWhom(ctx, "note", note, !yes)
	if err != nil {
		return nil, err
	}
	if yes {
		return s.confirmVisit(ctx, id, false, note)
	}
	return change(ctx, s, id, "object", func(ctx context.Context, v *Visit) (string, error) {
		if !CanMoveVisit(v.State, Objected) {
			return "", ErrState.With("state", v.State)
		}
		v.State, v.Note = Objected, note
		return note, s.tell(ctx, &v.Base, false, "maintenance_objected", map[string]string{"title": v.Purpose, "reason": note})
	})
}

func (s *Service) confirmVisit(ctx context.Context, id string, silent bool, note string) (*Visit, error) {
	return change(ctx, s, id, "confirm", func(ctx context.Context, v *Visit) (string, error) {
		if !CanMoveVisit(v.State, Confirmed) {
			return "", ErrState.With("state", v.State)
		}
		v.State, v.ConfirmedOn, v.Silent, v.Note = Confirmed, s.clock.Today(), silent, note
		if v.FeeFen > 0 {
			x, err := s.Charges.Add(ctx, v.ContractID, charge.Input{Kind: charge.Visit, Amount: v.FeeFen, On: v.VisitOn, Reason: fmt.Sprintf("维护服务报告 %s", v.Number)})
			if err != nil {
				return "", err
			}
			v.ChargeID = x.ID
		}
		return note, nil
	})
}

// Cancel calls a planned visit off. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Cancel(ctx context.Context, id, reason string) (*Visit, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 500, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return change(ctx, s, id, "cancel", func(_ context.Context, v *Visit) (string, error) {
		if !CanMoveVisit(v.State, Cancelled) {
			return "", ErrState.With("state", v.State)
		}
		v.State, v.Note = Cancelled, reason
		return reason, nil
	})
}

// Visits gives a page of visits within the actor's scope.
func (s *Service) Visits(ctx context.Context, q Query) ([]Visit, int64, error) {
	return list[Visit](ctx, s.store, q)
}

// Visit gives one visit, else ErrNotFound.
func (s *Service) Visit(ctx context.Context, id string) (*Visit, error) {
	return byID[Visit](ctx, s.store, id)
}

// ours tells whether one of our own people acts, not one of the customer's.
func ours(ctx context.Context) bool { return actor.From(ctx).CustomerID == "" }
