package leak

import (
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/notice"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

// duties makes the record of whom a leak must be told to agree with its facts: the authority, the persons, each customer whose
// data it is. New customers have their time from a moment on; what is still due follows a change of severity.
func (s *Service) duties(ctx context.Context, l *Leak, customers []Affected, from caldate.Instant) error {
	rules, err := s.Deadlines(ctx)
	if err != nil {
		return err
	}
	for _, k := range []DutyKind{Authority, Persons} {
		if err := s.duty(ctx, l, rules, Duty{Kind: k}, l.NoticedAt); err != nil {
			return err
		}
	}
	keep := map[string]bool{}
	for _, a := range customers {
		c, err := s.Customers.Get(ctx, a.CustomerID)
		if err != nil {
			return err
		}
		keep[c.ID] = true
		if err := s.duty(ctx, l, rules, Duty{Kind: Customer, CustomerID: c.ID, CustomerName: c.Name, People: a.People}, from); err != nil {
			return err
		}
	}
	now, err := s.store.duties(ctx, l.ID)
	if err != nil {
		return err
	}
	for _, d := range now {
		if d.Kind == Customer && d.State == Due && !keep[d.CustomerID] {
			if err := s.store.dropDuty(ctx, d.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// duty adds a duty, or brings one that is still due up to date, by the deadlines that hold.
func (s *Service) duty(ctx context.Context, l *Leak, rules []Deadline, d Duty, from caldate.Instant) error {
	rule, ok := Within(rules, d.Kind, l.Severity, l.NoticedAt.Date())
	if !ok {
		rule, _ = Within(DefaultDeadlines(), d.Kind, l.Severity, l.NoticedAt.Date())
	}
	was, err := s.store.dutyOf(ctx, l.ID, d.Kind, d.CustomerID)
	if err != nil {
		return err
	}
	if was != nil {
		was.People = d.People
		if was.Kind == Authority || was.Kind == Persons { // a customer's time began when it became known, whatever the severity
			was.DueAt, was.Basis = rule.dueFrom(from), rule.Basis
		}
		return s.store.refreshDuty(ctx, was)
	}
	d.ID, d.LeakID, d.State, d.DueAt, d.Basis = ids.New(), l.ID, Due, rule.dueFrom(from), rule.Basis
	return s.store.insertDuty(ctx, &d)
}

// TellCustomers sends the notice to every affected customer that was not told yet, in both languages, into its inbox, by mail,
// to its contacts' phones, and has sales call. Errors: ErrNotFound, ErrState, ErrNobody.
func (s *Service) TellCustomers(ctx context.Context, id string) (*Leak, error) {
	return s.change(ctx, id, "leak.tell", "", func(ctx context.Context, l *Leak) error {
		if l.State != Open && l.State != Contained {
			return ErrState.With("state", l.State)
		}
		all, err := s.store.duties(ctx, l.ID)
		if err != nil {
			return err
		}
		told := 0
		for i := range all {
			d := &all[i]
			if d.Kind != Customer || d.State != Due {
				continue
			}
			if err := s.tellCustomer(ctx, l, d); err != nil {
				return err
			}
			told++
		}
		if told == 0 {
			return ErrNobody
		}
		return nil
	})
}

func (s *Service) tellCustomer(ctx context.Context, l *Leak, d *Duty) error {
	zh, en := dataNames(l.DataKinds)
	people, peopleEn := "正在核实", "still being counted"
	if d.People > 0 {
		people, peopleEn = fmt.Sprintf("%d 人", d.People), fmt.Sprint(d.People)
	}
	vars := map[string]string{
		"number": l.Number, "customer": d.CustomerName, "noticed": l.NoticedAt.Time().Format("2006-01-02 15:04"), "data": zh, "people": people, "harm": l.Harm, "measures": l.Measures,
	}
	to := notice.To{CustomerID: d.CustomerID, About: notice.About{ObjectType: "leak_duty", ObjectID: d.ID, CustomerID: d.CustomerID}} // each its own fact: sales call each customer
	if err := s.Notices.Send(ctx, to, "leak_customer", vars, map[string]string{"data": en, "people": peopleEn}); err != nil {
		return err
	}
	d.Told, d.Way = d.CustomerName, "门户收件箱、邮件、短信"
	return s.meet(ctx, l, d, s.clock.Instant())
}

// meet notes that a duty was met.
func (s *Service) meet(ctx context.Context, l *Leak, d *Duty, at caldate.Instant) error {
	who := actor.From(ctx)
	d.State, d.DoneAt, d.DoneBy, d.DoerName = Done, at, who.UserID, who.Name
	if err := s.store.endDuty(ctx, d); err != nil {
		return err
	}
	return s.trail.Record(ctx, trail.Entry{Action: "leak.duty_done", ObjectType: "leak", ObjectID: l.ID, CustomerID: d.CustomerID,
		Detail: map[string]any{"number": l.Number, "duty": d.Kind, "told": d.Told, "way": d.Way, "reference": d.Reference, "at": at.String(), "due": d.DueAt.String()}})
}

// Telling is how somebody was told outside the portal.
type Telling struct {
	At         caldate.Instant
	Told       string // name of the authority, or of who took it
	Way        string
	Reference  string
	DocumentID string // the proof
}

// Meet notes that the authority, persons or a customer were told, with the proof. Errors: ErrNotFound, ErrInvalid, ErrState,
// those of document.Link.
func (s *Service) Meet(ctx context.Context, id, dutyID string, in Telling) (*Leak, error) {
	var f errs.Fields
	now := s.clock.Instant()
	in.Told, in.Way = form.Text(&f, "told", in.Told, 100, true), form.Text(&f, "way", in.Way, 200, true)
	in.Reference = form.Text(&f, "reference", in.Reference, 100, false)
	if in.At.IsZero() || in.At.After(now) {
		f.Add("at", "future", "请填写告知时间，不能晚于现在", "give when they were told, not after now")
	}
	if in.DocumentID == "" {
		f.Add("document_id", "missing", "请上传回执、公告截图或其他凭证", "attach the proof: an acknowledgement, a picture of the announcement")
	}
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.onDuty(ctx, id, dutyID, "leak.meet", in.Told, func(ctx context.Context, l *Leak, d *Duty) error {
		if in.At.Before(l.NoticedAt) {
			f.Add("at", "order", "告知时间早于发现时间", "that is before it was noticed")
			return f.Err(ErrInvalid)
		}
		doc, err := s.Documents.Link(ctx, in.DocumentID, "leak", l.ID, "", "")
		if err != nil {
			return err
		}
		d.Told, d.Way, d.Reference, d.DocumentID = in.Told, in.Way, in.Reference, doc.ID
		return s.meet(ctx, l, d, in.At)
	})
}

// Waive notes why persons need not be told: what was done averts the harm effectively (个人信息保护法 57); the authority can ask for it
// all the same. Errors: ErrNotFound, ErrInvalid, ErrState, ErrWaive.
func (s *Service) Waive(ctx context.Context, id, dutyID, reason string) (*Leak, error) {
	var f errs.Fields
	reason = form.Lines(&f, "reason", reason, 500, true)
	if err := f.Err(ErrInvalid); err != nil {
		return nil, err
	}
	return s.onDuty(ctx, id, dutyID, "leak.waive", reason, func(ctx context.Context, _ *Leak, d *Duty) error {
		if d.Kind != Persons {
			return ErrWaive
		}
		who := actor.From(ctx)
		d.State, d.Reason, d.DoneAt, d.DoneBy, d.DoerName = Waived, reason, s.clock.Instant(), who.UserID, who.Name
		return s.store.endDuty(ctx, d)
	})
}

// onDuty lets act change a duty of a leak that is still due.
func (s *Service) onDuty(ctx context.Context, id, dutyID, action, reason string, act func(ctx context.Context, l *Leak, d *Duty) error) (*Leak, error) {
	return s.change(ctx, id, action, reason, func(ctx context.Context, l *Leak) error {
		if l.State != Open && l.State != Contained {
			return ErrState.With("state", l.State)
		}
		d, err := s.store.dutyByID(ctx, l.ID, dutyID)
		if err != nil {
			return err
		}
		if d.State != Due {
			return ErrState.With("state", d.State)
		}
		return act(ctx, l, d)
	})
}

// Duties gives whom a leak must be told to, in the order of their time, with the proof that customers were reached.
func (s *Service) Duties(ctx context.Context, leakID string) ([]Duty, error) {
	all, err := s.store.duties(ctx, leakID)
	if err != nil {
		return nil, err
	}
	proofs, err := s.store.proofs(ctx, leakID)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].Proof = proofs[all[i].CustomerID]
	}
	return all, nil
}

// Deadlines gives those that hold, or will: the entered ones, or the defaults while nobody has entered any.
func (s *Service) Deadlines(ctx context.Context) ([]Deadline, error) {
	all, err := s.store.deadlines(ctx)
	if err != nil || len(all) > 0 {
		return all, err
	}
	return DefaultDeadlines(), nil
}

// SetDeadlines replaces the deadlines from a day on; leaks noticed before keep theirs. Every duty needs one for each severity.
// Errors: ErrDeadline.
func (s *Service) SetDeadlines(ctx context.Context, from caldate.Date, lines []Deadline, reason string) ([]Deadline, error) {
	var f errs.Fields
	reason = form.Text(&f, "reason", reason, 200, true)
	if from.Before(s.clock.Today()) {
		f.Add("from", "past", "只能从今天或之后的日期起生效", "they hold from today or a later day")
	}
	for i := range lines {
		at := fmt.Sprintf("deadlines[%d].", i)
		lines[i].Basis = form.Text(&f, at+"basis", lines[i].Basis, 200, true)
		if lines[i].Hours < 1 || lines[i].Hours > 24*366 {
			f.Add(at+"hours", "range", "时限应为 1 小时至一年", "from one hour to a year")
		}
	}
	for _, k := range DutyKinds() {
		for _, sev := range Severities() {
			if n := count(lines, k, sev); n != 1 {
				f.Add("deadlines", "count", fmt.Sprintf("%s（%s）须有且只有一个时限，现有 %d 个", dutyZh[k], sev, n), fmt.Sprintf("%s (%s) needs exactly one deadline, there are %d", k, sev, n))
			}
		}
	}
	if err := f.Err(ErrDeadline); err != nil {
		return nil, err
	}
	err := s.db.Run(ctx, func(ctx context.Context) error {
		if err := s.store.endDeadlines(ctx, from); err != nil {
			return err
		}
		for i := range lines {
			lines[i].ID, lines[i].From, lines[i].EndedOn, lines[i].SetBy, lines[i].Reason = ids.New(), from, caldate.Date{}, actor.From(ctx).Name, reason
			if err := s.store.insertDeadline(ctx, &lines[i]); err != nil {
				return err
			}
		}
		return s.trail.Record(ctx, trail.Entry{Action: "leak.deadlines", ObjectType: "leak_deadlines", ObjectID: from.String(), Reason: reason, Detail: map[string]any{"deadlines": lines}})
	})
	if err != nil {
		return nil, err
	}
	return s.Deadlines(ctx)
}

func count(lines []Deadline, k DutyKind, s Severity) (n int) {
	for _, d := range lines {
		if d.Duty == k && d.Severity == s {
			n++
		}
	}
	return n
}

var dataText = map[string][2]string{
	"phones": {"手机号码", "phone numbers"}, "contents": {"短信内容", "texts of messages"}, "names": {"姓名等变量", "names and other variables"}, "identity": {"身份证件信息", "identity papers"},
	"contacts": {"联系人信息", "contacts"}, "accounts": {"登录账号", "accounts"}, "licences": {"资质证照", "licences"}, "bills": {"账单和合同", "bills and contracts"},
}

func dataNames(kinds []string) (zh, en string) {
	for i, k := range kinds {
		if i > 0 {
			zh, en = zh+"、", en+", "
		}
		zh, en = zh+dataText[k][0], en+dataText[k][1]
	}
	return zh, en
}
