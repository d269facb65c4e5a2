package contract

import (
	"bytes"
	"context"
	"fmt"

	"sealgate/server/actor"
	"sealgate/server/paper"
)

// sheet is a paper that was made and stored, but is not linked yet.
type sheet struct{ id, sha256 string }

// keep stores a paper before the transaction that links it: a file is no part of one. Should that fail, an unlinked file is
// left behind.
func (s *Service) keep(ctx context.Context, name, purpose string, pdf []byte) (*sheet, error) {
	d, err := s.Documents.Store(ctx, name, purpose, bytes.NewReader(pdf))
	if err != nil {
		return nil, err
	}
	return &sheet{d.ID, d.SHA256}, nil
}

// customerParty is the customer as papers name it.
func (s *Service) customerParty(ctx context.Context, c *Contract) paper.Party {
	p := paper.Party{Name: c.CustomerName}
	if r, err := s.Customers.Get(ctx, c.CustomerID); err == nil {
		p.USCC, p.Address = r.USCC, r.Address
	}
	return p
}

// form makes and stores the paper of an amendment: the plan-change form, or the text of the supplement.
func (s *Service) form(ctx context.Context, c *Contract, a *Amendment) (*sheet, error) {
	var changes []paper.TermChange
	for _, d := range Compared(a.Before, a.After) {
		changes = append(changes, paper.TermChange{Name: d.Label.Zh, Was: d.Was.Zh, Is: d.Is.Zh})
	}
	data := paper.ChangeData{
		Number: a.Number, ContractNumber: c.Number, Provider: s.Provider, Customer: s.customerParty(ctx, c), AskedOn: a.AskedOn, From: a.EffectiveFrom,
		EndWas: a.EndBefore, EndIs: a.EndAfter, Changes: changes, Reason: a.Reason, Cutoff: c.Terms.ChangeUntil, Handler: actor.From(ctx).Name,
	}
	if a.Kind == KindPriceChange {
		return s.priceLetter(ctx, c, a, changes)
	}
	make, purpose := paper.ChangeForm, "plan_change_form"
	if a.Kind == KindSupplement {
		make, purpose = paper.SupplementText, "supplement_text"
	}
	pdf, err := make(data)
	if err != nil {
		return nil, fmt.Errorf("paper of amendment %s: %w", a.Number, err)
	}
	return s.keep(ctx, a.Number+".pdf", purpose, pdf)
}

// noticeOf makes and stores the written notice of a termination: nil for one that needs none, because both sides agree or
// the customer gave notice itself.
func (s *Service) noticeOf(ctx context.Context, c *Contract, e *Ending) (*sheet, error) {
	if e.Cause == Mutual || e.Cause == Notice || e.Cause == Completed || e.BySide == CustomerSide {
		return nil, nil
	}
	zh, _ := e.Cause.Words()
	l := paper.FormalNoticeData{
		Number: e.Number, Title: "合同终止通知书", From: s.Provider, To: s.customerParty(ctx, c), On: s.clock.Today(),
		Facts: []string{"合同编号", c.Number, "终止事由", zh, "最后服务日", e.LastDay.Zh()},
	}
	first := "贵我双方签订的合同 " + c.Number + "（服务期限至 " + c.EndDate.Zh() + "）"
	rights := "合同终止不影响终止前已经产生的权利与义务：终止前的服务费、违约金及其他应付款项仍应按合同支付，末期账单于终止次月 1 日出具；尚未发送的短信不再发送；押金在款项结清后按约定退还。"
	switch {
	case rules[e.Cause].Days > 0 && e.LastDay.After(s.clock.Today()):
		l.Title = map[Cause]string{Breach: "违约通知书", Insolvency: "合同终止预告通知书", ForceMajeure: "不可抗力通知书"}[e.Cause]
		over := e.StartsOn.AddDays(e.ClockDays)
		l.Facts = append(l.Facts, "起算日", e.StartsOn.Zh(), "期限", fmt.Sprintf("%d 日", e.ClockDays), "期满", over.Zh()+" 0 时")
		what := map[Cause]string{
			Breach:       "存在下列违约情形。请贵方在收到本通知之日起 " + fmt.Sprint(e.ClockDays) + " 日内纠正；期满未纠正的，合同即行终止，不再另行通知。期内纠正并经我方确认的，合同继续履行，不作违约处理。",
			Insolvency:   "因贵方出现下列情形，自起算日起 " + fmt.Sprint(e.ClockDays) + " 日内仍未解除的，合同即行终止；期内解除的，合同继续履行。",
			ForceMajeure: "因下列不可抗力事件的影响，自起算日起持续超过 " + fmt.Sprint(e.ClockDays) + " 日的，合同即行终止；期内影响消除的，合同继续履行。",
		}[e.Cause]
		l.Paragraphs = []string{first + what, "情形：" + e.Reason, rights}
	default:
		l.Paragraphs = []string{first + "因“" + zh + "”终止，服务至 " + e.LastDay.Zh() + " 为止。", "说明：" + e.Reason, rights}
	}
	pdf, err := paper.FormalNotice(l)
	if err != nil {
		return nil, fmt.Errorf("notice of termination %s: %w", e.Number, err)
	}
	return s.keep(ctx, e.Number+".pdf", "termination_notice", pdf)
}

// priceLetter makes and stores the written notice of a price change.
func (s *Service) priceLetter(ctx context.Context, c *Contract, a *Amendment, changes []paper.TermChange) (*sheet, error) {
	l := paper.FormalNoticeData{
		Number: a.Number, Title: "价格调整通知书", From: s.Provider, To: s.customerParty(ctx, c), On: a.AskedOn, Facts: []string{"合同编号", c.Number, "拟执行日期", a.EffectiveFrom.Zh()},
		Paragraphs: []string{"贵我双方签订的合同 " + c.Number + " 项下的价格，拟自 " + a.EffectiveFrom.Zh() + " 起调整如下。该日之前的服务仍按原价计费。", "调整原因：" + a.Reason},
	}
	for _, x := range changes {
		l.Facts = append(l.Facts, x.Name, x.Was+" → "+x.Is)
	}
	if a.SilenceAccepts {
		l.Paragraphs = append(l.Paragraphs, "贵方不同意的，请在该日之前书面提出异议；提出异议的，价格不作调整，贵方也可以通知终止合同。未提出异议并在该日以后继续使用服务的，按合同约定视为同意。")
	} else {
		l.Paragraphs = append(l.Paragraphs, "请贵方在该日之前书面确认。未经确认的，价格不作调整；贵方不同意的，也可以通知终止合同。")
	}
	pdf, err := paper.FormalNotice(l)
	if err != nil {
		return nil, fmt.Errorf("notice of price change %s: %w", a.Number, err)
	}
	return s.keep(ctx, a.Number+".pdf", "price_notice", pdf)
}

func either(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
