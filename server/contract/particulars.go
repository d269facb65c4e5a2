package contract

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/contracttemplate"
	"sealgate/server/money"
	"sealgate/server/trail"
)

// Particular is one blank of a contract as people read it.
type Particular struct {
	Name             string
	LabelZh, LabelEn string
	ValueZh, ValueEn string
	GroupZh, GroupEn string
}

// Particulars gives what was filled into a contract, in the order of its template; blanks left open, and those of clauses
// that are not agreed, are left out.
func (s *Service) Particulars(c *Contract) ([]Particular, error) {
	if c.Adopted {
		return nil, nil // it was made from no template of ours
	}
	t, err := s.template(c.TemplateID, c.TemplateVersion)
	if err != nil {
		return nil, err
	}
	groups := map[string]contracttemplate.Text{}
	order := map[string]int{}
	for i, g := range t.Groups {
		groups[g.Name], order[g.Name] = g.Label, i
	}
	var out []Particular
	blanks := slices.Clone(t.Blanks)
	slices.SortStableFunc(blanks, func(a, b contracttemplate.Blank) int { return order[a.Group] - order[b.Group] })
	said := t.Said(c.Values)
	for _, b := range blanks {
		v := c.Values[b.Name]
		if v == "" || !said[b.Name] {
			continue
		}
		zh, en := shown(b, v)
		out = append(out, Particular{b.Name, b.Label.Zh, b.Label.En, zh, en, groups[b.Group].Zh, groups[b.Group].En})
	}
	return out, nil
}

// shown writes a value for people: labels for choices, separators for amounts, the unit behind it.
func shown(b contracttemplate.Blank, v string) (zh, en string) {
	zh, en = v, v
	switch b.Type {
	case contracttemplate.TypeChoice:
		var zhs, ens []string
		for _, one := range list(v) {
			label := contracttemplate.Text{Zh: one, En: one}
			for _, choice := range b.Choices {
				if choice.Value == one {
					label = choice.Label
				}
			}
			zhs, ens = append(zhs, label.Zh), append(ens, label.En)
		}
		zh, en = strings.Join(zhs, "、"), strings.Join(ens, ", ")
	case contracttemplate.TypeMoney:
		if n, err := money.ParseYuan(v); err == nil {
			zh, en = n.Grouped(), n.Grouped()
		}
	}
	if b.Unit.Zh != "" {
		zh += " " + b.Unit.Zh
	}
	if b.Unit.En != "" {
		en += " " + b.Unit.En
	}
	return zh, en
}

// Event is one line of a contract's timeline (C14).
type Event struct {
	ID        string
	At        caldate.Instant
	On        caldate.Date // business day for which it counts
	Kind      string       // action of the audit row
	Zh, En    string
	ActorName string
	Reason    string
	Link      string // page of the portal with the object, "" for the contract itself
}

// told are the acts that a timeline tells, of the contract and of what hangs on it; the audit trail has the others too.
var told = map[string][2]string{
	"contract.draft":              {"登记", "registered"},
	"contract.revise":             {"修改草稿", "draft changed"},
	"contract.submit":             {"提交审核", "submitted for review"},
	"contract.approve":            {"审核通过，文本定稿", "approved; the text is final"},
	"contract.reject":             {"审核退回", "sent back by the reviewer"},
	"contract.withdraw":           {"撤回修改", "withdrawn for changes"},
	"contract.sign":               {"登记签署", "signing recorded"},
	"contract.confirm_signing":    {"第二人确认签署", "signing confirmed by a second person"},
	"contract.sign_online":        {"在线接受", "accepted in the portal"},
	"contract.e_sign":             {"电子签名", "signed by key"},
	"contract.price_proof":        {"补充调价送达凭证", "proof of the price notice added"},
	"contract.clock_paused":       {"终止期限因不可抗力中止", "the clock pauses for force majeure"},
	"force_majeure.begin":         {"登记不可抗力", "force majeure recorded"},
	"force_majeure.end":           {"不可抗力结束", "force majeure over"},
	"annex.open":                  {"出具待确认文件", "paper to be confirmed"},
	"annex.record":                {"登记文件的纸面确认", "confirmation on paper recorded"},
	"annex.return":                {"退回文件的纸面确认", "confirmation on paper returned"},
	"annex.confirm":               {"文件经确认，成为附件", "paper confirmed and annexed"},
	"annex.refused":               {"文件未获确认", "paper refused"},
	"annex.withdrawn":             {"文件撤回", "paper withdrawn"},
	"annex.lapsed":                {"文件逾期未确认", "paper lapsed"},
	"contract.activate":           {"生效", "came into force"},
	"contract.suspend":            {"暂停", "suspended"},
	"contract.lift":               {"解除暂停原因", "reason for suspension lifted"},
	"contract.adopt":              {"接管系统外签署的合同", "taken over as signed"},
	"contract.announce_end":       {"约定终止", "termination agreed"},
	"contract.terms_change":       {"新条款开始执行", "new terms begin to hold"},
	"contract.object_renewal":     {"提出续期异议", "renewal objected to"},
	"contract.renew":              {"续期", "renewed"},
	"contract.require_licence":    {"增加所需证照", "a licence became necessary"},
	"amendment.plan_change":       {"套餐变更", "plan change"},
	"amendment.replace":           {"套餐变更被新的变更取代", "plan change replaced"},
	"amendment.draft":             {"起草补充协议", "supplement drawn up"},
	"amendment.sign":              {"登记补充协议的签署", "signing of the supplement recorded"},
	"amendment.agree":             {"补充协议成立", "supplement agreed"},
	"amendment.cancel":            {"变更取消", "amendment cancelled"},
	"amendment.announce":          {"调价通知", "price change announced"},
	"amendment.accept":            {"调价获同意", "price change agreed to"},
	"amendment.object":            {"调价未获同意", "price change not agreed to"},
	"ending.request":              {"申请终止", "termination asked for"},
	"ending.start":                {"终止通知已发出", "termination announced"},
	"ending.cured":                {"终止事由已消除，合同继续", "the cause is gone; the contract goes on"},
	"ending.withdrawn":            {"终止已撤回", "termination withdrawn"},
	"ending.rejected":             {"终止申请被驳回", "termination rejected"},
	"contract.terminate":          {"终止", "terminated"},
	"contract.expire":             {"期满", "expired"},
	"contract.settle":             {"款项结清", "settled"},
	"contract.close":              {"结案", "closed"},
	"service_code.allot":          {"分配码号", "service code allotted"},
	"deposit.receive":             {"收到押金", "deposit received"},
	"deposit.refund_request":      {"申请退还押金", "refund of the deposit asked for"},
	"deposit.refund_decide":       {"押金退还已决定", "refund of the deposit decided"},
	"deposit.deduct_request":      {"申请扣减押金", "deduction from the deposit asked for"},
	"deposit.deduct_decide":       {"押金扣减已决定", "deduction from the deposit decided"},
	"deposit.set_off_request":     {"申请以押金抵扣欠款", "setting the deposit off asked for"},
	"deposit.set_off_decide":      {"押金抵扣已决定", "setting the deposit off decided"},
	"deposit.forfeit_request":     {"申请不予退还押金", "keeping the deposit asked for"},
	"deposit.forfeit_decide":      {"押金不予退还已决定", "keeping the deposit decided"},
	"exception.request":           {"申请催收例外", "exception asked for"},
	"exception.decide":            {"催收例外已决定", "exception decided"},
	"exception.end":               {"催收例外提前结束", "exception ended early"},
	"dunning.decide":              {"就停机作出决定", "suspension decided by a person"},
	"collection.hand_over":        {"移交催收", "handed to collection"},
	"collection.outcome":          {"催收有结果", "outcome of the collection"},
	"collection.write_off_decide": {"核销已决定", "write-off decided"},
	"collection.recover":          {"收回已核销欠款", "written-off debt recovered"},
	"collection.close":            {"催收结案", "collection closed"},
	"bill.issue":                  {"出具账单", "bill issued"},
	"bill.overdue":                {"账单逾期", "bill overdue"},
	"bill.paid":                   {"账单付清", "bill paid"},
	"bill.void":                   {"账单作废", "bill voided"},
	"payment.record":              {"收到付款", "payment received"},
	"batch.screening":             {"批次收到，开始筛查", "batch received, being screened"},
	"batch.approved":              {"批次通过审核", "batch approved"},
	"batch.sending":               {"批次开始发送", "batch being sent"},
	"batch.done":                  {"批次发送完毕", "batch sent"},
	"batch.refused":               {"批次被拒绝", "batch refused"},
	"batch.failed":                {"批次处理失败", "batch failed"},
	"batch.paused":                {"批次暂停", "batch paused"},
	"batch.cancelled":             {"批次取消", "batch cancelled"},
	"handoff.hold":                {"批次搁置", "batch held"},
	"handoff.resume":              {"批次继续发送", "batch goes on"},
	"handoff.discard":             {"未发送的短信作废", "messages not yet sent discarded"},
}

// maxEvents bounds a timeline: a contract with thousands of batches has their list for the rest.
const maxEvents = 500

// pages of the portal, by type of object.
var pages = map[string]string{"bill": "/bills/", "batch": "/batches/", "customer": "/customers/", "collection": "/collection/"}

// Timeline tells what has happened to a contract and what hangs on it, newest first, maxEvents at most.
func (s *Service) Timeline(ctx context.Context, id string) ([]Event, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	rows, err := s.trail.OfContract(ctx, id)
	if err != nil {
		return nil, err
	}
	slices.Reverse(rows)
	out := []Event{}
	for _, r := range rows {
		if w, ok := told[r.Action]; ok && len(out) < maxEvents {
			out = append(out, event(r, w))
		}
	}
	return out, nil
}

func event(r trail.Row, w [2]string) Event {
	e := Event{ID: r.ID, At: r.At, On: r.OnDate, Kind: r.Action, Zh: w[0], En: w[1], ActorName: r.ActorName, Reason: r.Reason}
	var detail struct {
		Number string `json:"number"`
	}
	if json.Unmarshal([]byte(r.Detail), &detail) == nil && detail.Number != "" && r.ObjectType != "contract" {
		e.Zh, e.En = e.Zh+" "+detail.Number, e.En+" "+detail.Number
	}
	if w, ok := words[Reason(r.Reason)]; ok && (r.Action == "contract.suspend" || r.Action == "contract.lift") {
		e.Zh, e.En, e.Reason = e.Zh+"："+w[0], e.En+": "+w[2], ""
	}
	if r.Action == "bill.overdue" || r.Action == "bill.paid" { // their reasons are codes that say the same again
		e.Reason = ""
	}
	if page, ok := pages[r.ObjectType]; ok {
		e.Link = page + r.ObjectID
	}
	return e
}
