package maintenance

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/contract"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
)

// answerDays is how many working days an answer takes where the contract says nothing (C15).
const answerDays = 3

// Ask is a change request as it comes in.
type Ask struct {
	Title      string
	Text       string
	Channel    Channel
	ReceivedOn caldate.Date // of a letter or mail; today where empty
	WantedBy   caldate.Date
	DocumentID string // the letter or mail: needed unless it comes through the portal
}

func (s *Service) checkAsk(ctx context.Context, in Ask) (Ask, error) {
	var f errs.Fields
	today := s.clock.Today()
	in.Title = form.Text(&f, "title", in.Title, 100, true)
	in.Text = form.Lines(&f, "text", in.Text, 2000, true)
	if in.ReceivedOn.IsZero() {
		in.ReceivedOn = today
	}
	if actor.From(ctx).CustomerID != "" {
		in.Channel, in.ReceivedOn = Portal, today // a customer can't date its own request
	}
	switch in.Channel {
	case Portal:
	case Letter, Email:
		if in.DocumentID == "" {
			f.Add("attachment_id", "missing", "书面或者邮件申请请上传原件", "upload the letter or mail")
		}
	default:
		f.Add("channel", "unknown", "请选择申请方式：书面、电子邮件或者门户", "the channel must be letter, email or portal")
	}
	if in.ReceivedOn.After(today) || in.ReceivedOn.Before(today.AddDays(-60)) {
		f.Add("received_on", "range", "收到日期应在最近 60 日内，且不晚于今天", "received within the last 60 days, and not after today")
	}
	if !in.WantedBy.IsZero() && in.WantedBy.Before(in.ReceivedOn) {
		f.Add("wanted_by", "order", "期望完成日不能早于收到日期", "can't be wanted before it was received")
	}
	return in, f.Err(ErrInvalid)
}

// Ask takes in a change request: from that day its clock of working days runs. Errors: ErrInvalid, ErrKind, ErrNotYet,
// ErrStopped.
func (s *Service) Ask(ctx context.Context, contractID string, in Ask) (*Request, error) {
	in, err := s.checkAsk(ctx, in)
	if err != nil {
		return nil, err
	}
	days, err := s.Workdays.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	r := &Request{State: Received, Title: in.Title, Text: in.Text, Channel: in.Channel, ReceivedOn: in.ReceivedOn, WantedBy: in.WantedBy, DocumentID: in.DocumentID}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.inForce(ctx, contractID, false)
		if err != nil {
			return err
		}
		if c.State == contract.Suspended {
			return ErrStopped
		}
		r.AnswerDays = whole(c, "change_answer_days", answerDays)
		r.DueOn = days.After(r.ReceivedOn, r.AnswerDays)
		if err := s.begin(ctx, c, r, 0); err != nil {
			return err
		}
		if err := s.link(ctx, r.DocumentID, &r.Base); err != nil {
			return err
		}
		return s.tell(ctx, &r.Base, false, "maintenance_asked", map[string]string{"title": r.Title, "due": r.DueOn.String()})
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Answer says whether a change can be made, how long it takes and what it costs.
type Answer struct {
	Feasible bool
	Text     string
	Fee      money.Fen
	WorkDays int
}

// Answer answers a change request: the customer then agrees or not. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Answer(ctx context.Context, id string, in Answer) (*Request, error) {
	var f errs.Fields
	in.Text = form.Lines(&f, "text", in.Text, 2000, true)
	someDays(&f, "work_days", in.WorkDays, 365)
	if in.Fee < 0 || in.Fee > money.MaxFen {
		f.Add("fee_fen", "range", "金额应在 0 与 9,999,999,999,999.99 元之间", "from 0 to 9,999,999,999,999.99 yuan")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	to := Refused
	if in.Feasible {
		to = Answered
	} else {
		in.Fee, in.WorkDays = 0, 0
	}
	return change(ctx, s, id, "answer", func(ctx context.Context, r *Request) (string, error) {
		if !CanMoveRequest(r.State, to) {
			return "", ErrState.With("state", r.State)
		}
		r.State, r.Answer, r.FeeFen, r.WorkDays, r.AnsweredOn, r.AnsweredBy = to, in.Text, in.Fee, in.WorkDays, s.clock.Today(), actor.From(ctx).Name
		r.ExtendTo = caldate.Date{}
		return in.Text, s.tell(ctx, &r.Base, true, "maintenance_answered", map[string]string{"title": r.Title, "answer": r.Answer})
	})
}

// AskLonger asks the customer for a longer time to answer a large change; it must be asked while the clock runs. Errors:
// ErrNotFound, ErrInvalid, ErrState.
func (s *Service) AskLonger(ctx context.Context, id string, to caldate.Date, reason string) (*Request, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 300, true)
	if to.IsZero() {
		f.Add("until", "missing", "请填写延长到哪一天", "say until when")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return change(ctx, s, id, "ask_longer", func(ctx context.Context, r *Request) (string, error) {
		today := s.clock.Today()
		if r.State != Received || today.After(r.DueOn) {
			return "", ErrState.Say("答复期限已过或者已经答复，不能再申请延长", "its clock is over, or it was answered: no longer time can be asked for")
		}
		if !to.After(r.DueOn) || to.After(today.AddDays(365)) {
			return "", ErrInvalid.At("until", "order", "应晚于现在的答复期限，且在一年以内", "must be after the present day, and within a year")
		}
		r.ExtendTo, r.ExtendReason = to, reason
		return reason, s.tell(ctx, &r.Base, true, "maintenance_longer", map[string]string{"title": r.Title, "due": r.DueOn.String(), "until": to.String(), "reason": reason})
	})
}

// AgreeLonger is the customer's word on the longer time. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) AgreeLonger(ctx context.Context, id string, yes bool, note string) (*Request, error) {
	note, err := byWhom(ctx, "note", note, !yes)
	if err != nil {
		return nil, err
	}
	return change(ctx, s, id, map[bool]string{true: "agree_longer", false: "refuse_longer"}[yes], func(ctx context.Context, r *Request) (string, error) {
		if r.State != Received || r.ExtendTo.IsZero() {
			return "", ErrState.With("state", r.State)
		}
		if yes {
			r.DueOn, r.ExtendedBy, r.RemindedOn = r.ExtendTo, actor.From(ctx).Name, caldate.Date{}
		}
		r.ExtendTo = caldate.Date{}
		return note, nil
	})
}

// byWhom checks the words that go with a decision of the customer. Our own people who note it say how the customer told them.
func byWhom(ctx context.Context, field, note string, required bool) (string, error) {
	var f errs.Fields
	note = form.Text(&f, field, note, 500, required || actor.From(ctx).CustomerID == "")
	return note, f.Err(ErrInvalid)
}

// Decide is the customer's word on the answer: the change is made, or not. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Decide(ctx context.Context, id string, yes bool, note string) (*Request, error) {
	note, err := byWhom(ctx, "note", note, false)
	if err != nil {
		return nil, err
	}
	to := map[bool]RequestState{true: Agreed, false: Declined}[yes]
	return change(ctx, s, id, string(to), func(ctx context.Context, r *Request) (string, error) {
		if !CanMoveRequest(r.State, to) {
			return "", ErrState.With("state", r.State)
		}
		r.State, r.DecidedOn, r.DecidedNote = to, s.clock.Today(), note
		return note, nil
	})
}

// Finish says that an agreed change was made; its fee goes on the next bill. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Finish(ctx context.Context, id, note string) (*Request, error) {
	var f errs.Fields
	note = form.Text(&f, "note", note, 500, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return change(ctx, s, id, "finish", func(ctx context.Context, r *Request) (string, error) {
		if !CanMoveRequest(r.State, Done) {
			return "", ErrState.With("state", r.State)
		}
		r.State, r.DoneOn, r.DoneNote = Done, s.clock.Today(), note
		if r.FeeFen > 0 {
			x, err := s.Charges.Add(ctx, r.ContractID, charge.Input{Kind: charge.OneOff, Amount: r.FeeFen, On: r.DoneOn, Name: "变更费用", Reason: fmt.Sprintf("变更申请 %s", r.Number)})
			if err != nil {
				return "", err
			}
			r.ChargeID = x.ID
		}
		return note, s.tell(ctx, &r.Base, true, "maintenance_answered", map[string]string{"title": r.Title, "answer": "变更已完成。" + note})
	})
}

// Withdraw takes a request back. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) Withdraw(ctx context.Context, id, reason string) (*Request, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 500, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return change(ctx, s, id, "withdraw", func(_ context.Context, r *Request) (string, error) {
		if !CanMoveRequest(r.State, Withdrawn) {
			return "", ErrState.With("state", r.State)
		}
		r.State, r.ExtendTo = Withdrawn, caldate.Date{}
		return reason, nil
	})
}

// Requests gives a page of change requests within the actor's scope.
func (s *Service) Requests(ctx context.Context, q Query) ([]Request, int64, error) {
	return list[Request](ctx, s.store, q)
}

// Request gives one change request, else ErrNotFound.
func (s *Service) Request(ctx context.Context, id string) (*Request, error) {
	return byID[Request](ctx, s.store, id)
}
