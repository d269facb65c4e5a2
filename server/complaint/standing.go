package complaint

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// Standing is how a customer does in a month: what counts against it, how much it sent, and what was done.
type Standing struct {
	CustomerID   string        `json:"customer_id"`
	CustomerName string        `json:"customer_name"`
	Month        caldate.Month `json:"month" gorm:"-"`
	Complaints   int64         `json:"complaints"` // without those that were dismissed or came again because of delay
	ByDelay      int64         `json:"by_delay"`
	Delivered    int64         `json:"delivered"`
	Rate         string        `json:"rate" gorm:"-"` // for each million, "" where nothing was delivered
	Measures     []Taken       `json:"measures" gorm:"-"`
}

// Standings gives the customers that somebody complained of in a month, the worst first.
func (s *Service) Standings(ctx context.Context, m caldate.Month, customerID string) ([]Standing, error) {
	out, err := s.store.standings(ctx, m, customerID)
	if err != nil {
		return nil, err
	}
	taken, err := s.store.taken(ctx, m)
	if err != nil {
		return nil, err
	}
	for i := range out {
		x := &out[i]
		x.Month, x.Rate, x.Measures = m, Rate(x.Complaints, x.Delivered), taken[x.CustomerID]
		if x.Measures == nil {
			x.Measures = []Taken{}
		}
	}
	return out, nil
}

// weigh takes the measures whose thresholds a customer crosses in a month, each once a month.
func (s *Service) weigh(ctx context.Context, customerID string, m caldate.Month) error {
	if customerID == "" {
		return nil
	}
	all, err := s.Standings(actor.With(ctx, actor.System("complaint")), m, customerID)
	if err != nil || len(all) == 0 {
		return err
	}
	at := all[0]
	lines, err := s.Thresholds(ctx)
	if err != nil {
		return err
	}
	done := map[Measure]bool{}
	for _, t := range at.Measures {
		done[t.Measure] = true
	}
	for _, t := range Crossed(lines, at.Complaints, at.Delivered, s.clock.Today()) {
		if done[t.Measure] {
			continue
		}
		done[t.Measure] = true
		if err := s.take(ctx, at, t); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) take(ctx context.Context, at Standing, t Threshold) error {
	x := Taken{ids.New(), at.CustomerID, at.Month, t.Measure, t.ID, at.Complaints, at.Delivered, at.Rate, s.clock.Instant()}
	if err := s.store.insertTaken(ctx, &x); err != nil {
		return err
	}
	system := actor.With(ctx, actor.System("complaint"))
	evidence := fmt.Sprintf("%s 投诉 %d 件，送达 %d 条", at.Month.Zh(), at.Complaints, at.Delivered)
	if at.Rate != "" {
		evidence += "，百万投诉比 " + at.Rate
	}
	if t.Measure == Suspend {
		cs, err := s.store.inForce(ctx, at.CustomerID)
		if err != nil {
			return err
		}
		for _, id := range cs {
			if err := s.Contracts.Suspend(system, id, contract.Behaviour, s.clock.Today(), evidence); err != nil {
				return err
			}
		}
	}
	if err := s.trail.Record(system, trail.Entry{Action: "complaint." + string(t.Measure), ObjectType: "customer", ObjectID: at.CustomerID, CustomerID: at.CustomerID, Reason: evidence}); err != nil {
		return err
	}
	about := notice.About{ObjectType: "customer", ObjectID: at.CustomerID, CustomerID: at.CustomerID}
	vars := map[string]string{"customer": at.CustomerName, "month": at.Month.Zh(), "complaints": fmt.Sprint(at.Complaints), "measure": measures[t.Measure][0]}
	en := map[string]string{"month": at.Month.String(), "measure": measures[t.Measure][1]}
	for _, to := range []notice.To{{Role: "compliance_lead", About: about}, {Role: "sales_lead", About: about}, {CustomerID: at.CustomerID, About: about}} {
		if to.CustomerID != "" && t.Measure == Watch {
			continue
		}
		if err := s.Notices.Send(ctx, to, "complaints_many", vars, en); err != nil {
			return err
		}
	}
	return nil
}

var measures = map[Measure][2]string{
	Watch:   {"列入重点关注", "it is watched closely"},
	Suspend: {"暂停发送，整改并经复核后恢复", "sending is suspended until the cause is mended and somebody has checked that"},
	End:     {"提请按多次投诉终止合同", "the leads are asked to terminate the contract for repeated complaints"},
}

// Watched tells whether a customer's complaints raise its risk now: a measure was taken in this month or the two before (A15).
func (s *Service) Watched(ctx context.Context, customerID string) (bool, error) {
	return s.store.watched(ctx, customerID, s.clock.Today().MonthOf().Add(-2))
}

// Thresholds gives those that hold, or will: the entered ones, or the defaults while nobody has entered any.
func (s *Service) Thresholds(ctx context.Context) ([]Threshold, error) {
	all, err := s.store.thresholds(ctx)
	if err != nil || len(all) > 0 {
		return all, err
	}
	return DefaultThresholds(), nil
}

// SetThresholds replaces the thresholds from a day on: data, not code (A24). Errors: ErrThreshold.
func (s *Service) SetThresholds(ctx context.Context, from caldate.Date, lines []Threshold, reason string) ([]Threshold, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, true)
	if from.Before(s.clock.Today()) {
		f.Add("from", "past", "只能从今天或之后的日期起生效", "thresholds hold from today or a later day")
	}
	if len(lines) == 0 || len(lines) > 20 {
		f.Add("thresholds", "count", "请填写 1 至 20 条阈值", "enter 1 to 20 thresholds")
	}
	for i, t := range lines {
		at := fmt.Sprintf("thresholds[%d].", i)
		if measures[t.Measure][0] == "" {
			f.Add(at+"measure", "unknown", "请选择：watch、suspend 或 end", "choose watch, suspend or end")
		}
		if t.AtLeast < 1 || t.AtLeast > 1_000_000 {
			f.Add(at+"at_least", "range", "投诉件数应为 1 至 1000000", "complaints: 1 to 1,000,000")
		}
		if t.PerMillion.Sign() < 0 || t.PerMillion.Cmp(money.NewDecimal(1_000_000)) > 0 {
			f.Add(at+"per_million", "range", "百万投诉比应为 0 至 1000000", "a rate for each million: 0 to 1,000,000")
		}
	}
	if err := f.Err(ErrThreshold); err != nil {
		return nil, err
	}
	err := s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.endThresholds(ctx, from); err != nil {
			return err
		}
		for i := range lines {
			lines[i].ID, lines[i].From, lines[i].EndedOn, lines[i].SetBy, lines[i].Reason = ids.New(), from, caldate.Date{}, actor.From(ctx).Name, reason
			if err := s.store.insertThreshold(ctx, &lines[i]); err != nil {
				return err
			}
		}
		return s.trail.Record(ctx, trail.Entry{Action: "complaint.thresholds", ObjectType: "complaint_thresholds", ObjectID: from.String(), Reason: reason, Detail: map[string]any{"thresholds": lines}})
	})
	if err != nil {
		return nil, err
	}
	return s.Thresholds(ctx)
}

// RunDay reminds: the customer whose deadline has passed, and us three working days before ours and when it has passed.
func (s *Service) RunDay(ctx context.Context, day caldate.Date) (string, error) {
	days, err := s.Workdays.Calendar(ctx)
	if err != nil {
		return "", err
	}
	open, err := s.store.unfinished(ctx)
	if err != nil {
		return "", err
	}
	told := 0
	for i := range open {
		c := &open[i]
		var kind string
		var to notice.To
		switch {
		case c.Late(day) && day == c.AnswerBy.AddDays(1):
			kind, to = "complaint_late", notice.To{CustomerID: c.CustomerID}
		case day == c.DueOn.AddDays(1), day == days.After(c.ReceivedOn, AnswerWithin-warnBefore):
			kind, to = "complaint_due", notice.To{Role: "compliance_lead"}
		default:
			continue
		}
		if err := s.db.Run(ctx, func(ctx context.Context) error {
			first, err := s.store.remind(ctx, c.ID, kind, day)
			if err != nil || !first {
				return err
			}
			told++
			return s.tell(ctx, c, kind, to)
		}); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d reminders of %d open complaints", told, len(open)), nil
}
