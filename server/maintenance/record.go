package maintenance

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/contracttemplate"
	"sealgate/server/errs"
	"sealgate/server/form"
)

// Service that was given, as it is recorded (C21).
type Given struct {
	Kind       RecordKind
	On         caldate.Date
	Title      string
	Text       string
	Who        string
	DocumentID string // a signed acceptance sheet, if there is one
}

// Record notes a delivery, an installation, a training, an upgrade or a support visit for a contract of any kind. Errors:
// ErrInvalid, ErrNotYet.
func (s *Service) Record(ctx context.Context, contractID string, in Given) (*Record, error) {
	var f errs.Fields
	today := s.clock.Today()
	if !slices.Contains(RecordKinds(), in.Kind) {
		f.Add("kind", "unknown", "请选择种类：交付、安装、培训、升级或者支持", "the kind must be delivery, installation, training, upgrade or support")
	}
	if in.On.IsZero() || in.On.After(today) || today.Sub(in.On) > 366 {
		f.Add("on", "range", "日期应在最近一年内，且不晚于今天", "within the last year, and not after today")
	}
	in.Title, in.Text, in.Who = form.Text(&f, "title", in.Title, 100, true), form.Lines(&f, "text", in.Text, 2000, false), form.Text(&f, "who", in.Who, 100, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	r := &Record{Kind: in.Kind, State: Recorded, OnDate: in.On, Title: in.Title, Text: in.Text, Who: in.Who, DocumentID: in.DocumentID}
	err := s.db.Run(ctx, func(ctx context.Context) error {
		c, err := s.inForce(ctx, contractID, true)
		if err != nil {
			return err
		}
		if err := s.begin(ctx, c, r, 3); err != nil {
			return err
		}
		return s.link(ctx, r.DocumentID, &r.Base)
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// AcceptRecord is the customer's word on what was delivered. Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *Service) AcceptRecord(ctx context.Context, id string, yes bool, note string) (*Record, error) {
	note, err := byWhom(ctx, "note", note, !yes)
	if err != nil {
		return nil, err
	}
	to := map[bool]RecordState{true: AcceptedRecord, false: ObjectedToRecord}[yes]
	return change(ctx, s, id, string(to), func(ctx context.Context, r *Record) (string, error) {
		if r.State == AcceptedRecord || r.State == to {
			return "", ErrState.With("state", r.State)
		}
		r.State, r.DecidedOn, r.DecidedNote = to, s.clock.Today(), note
		if yes {
			return note, nil
		}
		return note, s.tell(ctx, &r.Base, false, "maintenance_objected", map[string]string{"title": r.Title, "reason": note})
	})
}

// Records gives a page of service records within the actor's scope.
func (s *Service) Records(ctx context.Context, q Query) ([]Record, int64, error) {
	return list[Record](ctx, s.store, q)
}

// RecordByID gives one service record, else ErrNotFound.
func (s *Service) RecordByID(ctx context.Context, id string) (*Record, error) {
	return byID[Record](ctx, s.store, id)
}

var stateWords = map[string]string{
	string(Received): "待答复", string(Answered): "已答复，待客户确认", string(Refused): "答复不可行", string(Agreed): "已同意，实施中", string(Declined): "客户不同意", string(Done): "已完成", string(Withdrawn): "已撤回",
	string(Planned): "已计划", string(Reported): "报告待确认", string(Confirmed): "已确认", string(Objected): "客户有异议", string(Cancelled): "已取消",
	string(Open): "待响应", string(Accepted): "处理中", string(Resolved): "已排除", string(Closed): "已关闭",
}

// Period makes the maintenance report (维护工作报告) of a contract over a period, from the records as they stand now.
// Errors: ErrInvalid, ErrKind, contract.ErrNotFound.
func (s *Service) Period(ctx context.Context, contractID string, from, to caldate.Date) (name string, pdf []byte, err error) {
	var f errs.Fields
	if from.IsZero() || to.IsZero() || to.Before(from) || to.Sub(from) > 366 {
		f.Add("to", "range", "期间应从前到后，最长一年", "the period must run forward, a year at the most")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return "", nil, err
	}
	c, err := s.Contracts.Get(ctx, contractID)
	if err != nil {
		return "", nil, err
	}
	incidents, err := within[Incident](ctx, s.store, c.ID, "reported_at", caldate.InstantOf(from.Start()), caldate.InstantOf(to.AddDays(1).Start()).Add(-1))
	if err != nil {
		return "", nil, err
	}
	requests, err := within[Request](ctx, s.store, c.ID, "received_on", from, to)
	if err != nil {
		return "", nil, err
	}
	visits, err := within[Visit](ctx, s.store, c.ID, "planned_on", from, to)
	if err != nil {
		return "", nil, err
	}
	late := 0
	var ri, rr, rv [][]string
	for _, i := range incidents {
		if i.Late(s.clock.Instant()) {
			late++
		}
		ri = append(ri, []string{i.Number, stamp(i.ReportedAt), i.Title, stamp(i.RespondedAt), words(string(i.State), i.Cause)})
	}
	for _, r := range requests {
		if r.Late(s.clock.Today()) {
			late++
		}
		rr = append(rr, []string{r.Number, r.ReceivedOn.String(), r.Title, r.DueOn.String(), words(string(r.State), r.DoneNote)})
	}
	for _, v := range visits {
		on := v.VisitOn
		if on.IsZero() {
			on = v.PlannedOn
		}
		rv = append(rv, []string{v.Number, on.String(), v.Purpose, v.Engineer, stateWords[string(v.State)]})
	}
	summary := fmt.Sprintf("本期登记故障 %d 起、变更申请 %d 项、上门服务 %d 次。", len(ri), len(rr), len(rv))
	if late == 0 {
		summary += "全部故障和变更申请均在约定时限内响应、答复。"
	} else {
		summary += fmt.Sprintf("其中 %d 项超过约定时限。", late)
	}
	h := HoursOf(c)
	number := fmt.Sprintf("%s-R%s", c.Number, strings.ReplaceAll(to.String(), "-", ""))
	pdf, err = s.render("maintenance_report", number, map[string]string{
		"customer_name": c.CustomerName, "contract_number": c.Number, "from": from.String(), "to": to.String(), "summary": summary, "support_hours": "工作日 " + h.From + " 至 " + h.To,
		"incidents": contracttemplate.Rows(ri), "requests": contracttemplate.Rows(rr), "visits": contracttemplate.Rows(rv),
	})
	return number + ".pdf", pdf, err
}

func stamp(i caldate.Instant) string {
	if i.IsZero() {
		return "—"
	}
	return i.Time().Format("2006-01-02 15:04")
}

func words(state, more string) string {
	if more == "" {
		return stateWords[state]
	}
	return stateWords[state] + "：" + more
}
