package app

import (
	"context"
	"fmt"
	"strings"

	"sealgate/server/actor"
	"sealgate/server/appeal"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/complaint"
	"sealgate/server/contract"
	"sealgate/server/licence"
	"sealgate/server/recipient"
	"sealgate/server/registration"
)

// appealable gives, for each kind of refusal, suspension and restriction, who tells it and does what a granted appeal means.
func (a *App) appealable() map[appeal.Kind]appeal.Subject {
	return map[appeal.Kind]appeal.Subject{
		appeal.Batch: refusedBatch{a}, appeal.Suspension: suspended{a}, appeal.Registration: refusedRegistration{a}, appeal.Licence: refusedLicence{a}, appeal.Consent: refusedConsent{a},
		appeal.Complaint: upheldComplaint{a}, appeal.Stop: emergencyStop{a}, appeal.Alert: stoppedByWatch{a}, appeal.Takedown: takenDown{a},
	}
}

// again is what follows for what stays refused on record.
const again = "可以重新提交，由原决定人以外的人审核"

// decider names who decided a matter; the system has no name, and anybody may judge what it did.
func (a *App) decider(ctx context.Context, m *appeal.Matter, userID string) {
	if u, err := a.Staff.Get(ctx, userID); err == nil {
		m.DeciderID, m.DeciderName = userID, u.Name
	}
}

// inOneLine cuts a reason to what every domain takes as one.
func inOneLine(reason string) string {
	rs := []rune(strings.Join(strings.Fields(reason), " "))
	return string(rs[:min(len(rs), 500)])
}

// idsOf gives the ids of a page of records.
func idsOf[T any](items []T, id func(*T) string) []string {
	out := make([]string, len(items))
	for i := range items {
		out[i] = id(&items[i])
	}
	return out
}

// refusedBatch: a batch that rules or reviewers refused.
type refusedBatch struct{ app *App }

func (s refusedBatch) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	b, err := s.app.Batches.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if b.State != batch.Refused {
		return nil, appeal.ErrNothing
	}
	m := &appeal.Matter{
		CustomerID: b.CustomerID, ContractID: b.ContractID, Title: "批次 " + b.Number + " 被拒绝", TitleEn: "Batch " + b.Number + " refused", Reason: b.Reason, Since: b.UpdatedAt,
		Remedy: "修改内容或名单后重新提交", RemedyEn: "mend texts or list and submit it again",
	}
	var zh, en []string
	for _, r := range b.Reasons(func(rule string) (zh, en string) { return rule, rule }) {
		zh, en = append(zh, r.Code+" "+r.Zh), append(en, r.Code+" "+r.En)
		if r.RemedyZh != "" {
			m.Remedy, m.RemedyEn = r.RemedyZh, r.RemedyEn
		}
	}
	m.Evidence, m.EvidenceEn = strings.Join(zh, "；"), strings.Join(en, "; ")
	r, err := s.app.Reviews.Live(ctx, id)
	if err != nil {
		return nil, err
	}
	if r != nil && len(r.Approvers) > 0 {
		s.app.decider(ctx, m, r.Approvers[len(r.Approvers)-1])
	}
	return m, nil
}

func (s refusedBatch) Against(ctx context.Context, customerID string, most int) ([]string, error) {
	bs, _, _, err := s.app.Batches.List(ctx, batch.Query{CustomerID: customerID, States: []batch.State{batch.Refused}, Limit: most})
	return idsOf(bs, func(b *batch.Batch) string { return b.ID }), err
}

func (refusedBatch) Redress(context.Context, string, string) (string, error) { return again, nil }

// suspended: a contract that is suspended for a reason; the object is CONTRACT:REASON.
type suspended struct{ app *App }

// lifting says what ends a suspension without an appeal.
var lifting = map[contract.Reason][2]string{
	contract.NonPayment: {"付清欠款后自动恢复", "pay what is overdue; service resumes by itself"},
	contract.Licence:    {"上传新的证照，核验通过后自动恢复", "upload the new licence; service resumes once it is verified"},
	contract.Data:       {"更正登记资料，由他人核对后恢复", "correct the registration data; service resumes once somebody has looked"},
	contract.Behaviour:  {"说明异常原因并整改，由合规负责人解除", "explain what was unusual and mend it; the compliance lead lifts it"},
	contract.Content:    {"停发并删除违法内容，提交整改说明，由合规负责人解除", "stop and delete the content and say how it is mended; the compliance lead lifts it"},
}

func (s suspended) open(ctx context.Context, id string) (*contract.Contract, *contract.Suspension, error) {
	contractID, reason, _ := strings.Cut(id, ":")
	c, err := s.app.Contracts.Get(ctx, contractID)
	if err != nil {
		return nil, nil, err
	}
	all, err := s.app.Contracts.Suspensions(ctx, c.ID)
	if err != nil {
		return nil, nil, err
	}
	for i := range all {
		if all[i].Open() && string(all[i].Reason) == reason {
			return c, &all[i], nil
		}
	}
	return nil, nil, appeal.ErrNothing
}

func (s suspended) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	c, x, err := s.open(ctx, id)
	if err != nil {
		return nil, err
	}
	remedy := lifting[x.Reason]
	m := &appeal.Matter{
		CustomerID: c.CustomerID, ContractID: c.ID, Title: "合同 " + c.Number + " 被暂停", TitleEn: "Contract " + c.Number + " suspended", Reason: x.Evidence, Since: x.SuspendedAt, Remedy: remedy[0], RemedyEn: remedy[1],
		Evidence: "自 " + x.SuspendedFrom.String() + " 起暂停", EvidenceEn: "suspended from " + x.SuspendedFrom.String() + " on",
	}
	s.app.decider(ctx, m, x.SuspendedBy)
	return m, nil
}

func (s suspended) Against(ctx context.Context, customerID string, most int) (out []string, err error) {
	cs, _, err := s.app.Contracts.List(ctx, contract.Query{CustomerID: customerID, States: []contract.State{contract.Suspended}, Limit: most})
	for _, c := range cs {
		for _, r := range c.OpenReasons {
			out = append(out, c.ID+":"+string(r))
		}
	}
	return out, err
}

func (s suspended) Redress(ctx context.Context, id, reason string) (string, error) {
	c, x, err := s.open(ctx, id)
	if err != nil {
		return "", err
	}
	if !x.Reason.ByHand() {
		return "", contract.ErrSuspension.Say("欠费和证照原因由系统判断，付清或更新证照后自行解除；不能凭申诉解除", "the system lifts non-payment and licences itself once they are mended; no appeal can")
	}
	if x.Reason == contract.Content {
		if err := s.app.notTakenDown(ctx, c.CustomerID); err != nil {
			return "", err
		}
	}
	return "已解除暂停", s.app.Contracts.Lift(ctx, c.ID, x.Reason, s.app.Clock.Today(), reason)
}

// refusedRegistration: a link of the chain that was refused, or that we took back.
type refusedRegistration struct{ app *App }

func (s refusedRegistration) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	r, err := s.app.Signatures.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	zh, en := r.Kind.Label()
	m := &appeal.Matter{
		CustomerID: r.CustomerID, Title: fmt.Sprintf("%s“%s”报备被拒绝", zh, r.Text), TitleEn: fmt.Sprintf("Registration refused: %s “%s”", en, r.Text), Reason: r.Reason, Since: r.DecidedAt,
		Evidence: "登记内容及所附证明", EvidenceEn: "what was registered, with its proofs",
		Remedy: "按理由更正后重新登记", RemedyEn: "correct it and register it again",
	}
	s.app.decider(ctx, m, r.DecidedBy)
	switch {
	case r.State == registration.Refused:
	case r.State == registration.Lapsed && m.DeciderID != "": // what ended by itself is nobody's decision
		m.Title, m.TitleEn = fmt.Sprintf("%s“%s”已被撤回", zh, r.Text), fmt.Sprintf("Taken back: %s “%s”", en, r.Text)
	default:
		return nil, appeal.ErrNothing
	}
	return m, nil
}

func (s refusedRegistration) Against(ctx context.Context, customerID string, most int) ([]string, error) {
	rs, _, err := s.app.Signatures.List(ctx, registration.Query{CustomerID: customerID, States: []registration.State{registration.Refused, registration.Lapsed}, Newest: true, Limit: most})
	return idsOf(rs, func(r *registration.Record) string { return r.ID }), err
}

func (refusedRegistration) Redress(context.Context, string, string) (string, error) {
	return again, nil
}

// refusedLicence: a licence that was not accepted, or no longer is.
type refusedLicence struct{ app *App }

func (s refusedLicence) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	l, err := s.app.Licences.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	title, titleEn := "证照 "+l.Number+" 未通过核验", "Licence "+l.Number+" not accepted"
	switch l.State {
	case licence.Refused:
	case licence.Revoked:
		title, titleEn = "证照 "+l.Number+" 已被撤销", "Licence "+l.Number+" revoked"
	default:
		return nil, appeal.ErrNothing
	}
	m := &appeal.Matter{
		CustomerID: l.CustomerID, Title: title, TitleEn: titleEn, Reason: l.Reason, Since: l.DecidedAt, Evidence: "所上传的扫描件及登记的证号、日期", EvidenceEn: "the scan, and the number and dates entered",
		Remedy: "上传清晰、有效的证照重新核验", RemedyEn: "upload a legible, valid licence and have it verified again",
	}
	s.app.decider(ctx, m, l.DecidedBy)
	return m, nil
}

func (s refusedLicence) Against(ctx context.Context, customerID string, most int) ([]string, error) {
	ls, _, err := s.app.Licences.List(ctx, licence.Query{CustomerID: customerID, States: []licence.State{licence.Refused, licence.Revoked}, Limit: most})
	return idsOf(ls, func(l *licence.Licence) string { return l.ID }), err
}

func (refusedLicence) Redress(context.Context, string, string) (string, error) { return again, nil }

// refusedConsent: a proof of consent that does not prove it.
type refusedConsent struct{ app *App }

func (s refusedConsent) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	c, err := s.app.Recipients.Consent(ctx, id)
	if err != nil {
		return nil, err
	}
	if c.State != recipient.ConsentRefused {
		return nil, appeal.ErrNothing
	}
	m := &appeal.Matter{
		CustomerID: c.CustomerID, Title: "同意凭证 " + c.Number + " 未通过核验", TitleEn: "Proof of consent " + c.Number + " not accepted", Reason: c.Reason, Since: c.VerifiedAt,
		Evidence: "“" + c.Title + "”所附的凭证和名单", EvidenceEn: "the proof and the list of “" + c.Title + "”",
		Remedy: "补充能证明收件人同意的材料后重新登记", RemedyEn: "register it again with what proves that the people agreed",
	}
	s.app.decider(ctx, m, c.VerifiedBy)
	return m, nil
}

func (s refusedConsent) Against(ctx context.Context, customerID string, most int) ([]string, error) {
	cs, _, err := s.app.Recipients.Consents(ctx, recipient.ConsentQuery{CustomerID: customerID, State: recipient.ConsentRefused, Limit: most})
	return idsOf(cs, func(c *recipient.Consent) string { return c.ID }), err
}

func (refusedConsent) Redress(context.Context, string, string) (string, error) { return again, nil }

// upheldComplaint: a complaint that counts against the customer.
type upheldComplaint struct{ app *App }

func upheld(c *complaint.Complaint) bool {
	return c.State == complaint.Closed && c.Outcome == complaint.Upheld
}

func (s upheldComplaint) Matter(ctx context.Context, id string) (*appeal.Matter, error) {
	c, err := s.app.Complaints.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if !upheld(c) {
		return nil, appeal.ErrNothing
	}
	return &appeal.Matter{
		CustomerID: c.CustomerID, ContractID: c.ContractID, Title: "投诉 " + c.Number + " 认定属实", TitleEn: "Complaint " + c.Number + " upheld", Reason: c.Result, DeciderID: c.CloserID, DeciderName: c.CloserName,
		Since: caldate.InstantOf(c.ClosedOn.At(0, 0)), Evidence: "投诉内容及查到的短信，贵方答复：" + c.Answer,
		EvidenceEn: "the complaint, the messages found, and your answer: " + c.Answer, Remedy: "提交收件人同意的证明", RemedyEn: "show the proof that the recipient agreed",
	}, nil
}

func (s upheldComplaint) Against(ctx context.Context, customerID string, most int) (out []string, err error) {
	cs, _, err := s.app.Complaints.List(ctx, complaint.Query{CustomerID: customerID, States: []complaint.State{complaint.Closed}, Outcome: complaint.Upheld, Limit: most})
	return idsOf(cs, func(c *complaint.Complaint) string { return c.ID }), err
}

func (s upheldComplaint) Redress(ctx context.Context, id, reason string) (string, error) {
	_, err := s.app.Complaints.Overturn(actor.With(ctx, actor.System("appeal")), id, reason)
	return "改判为不属实，不再计入投诉", err
}
