package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"sealgate/server/batch"
	"sealgate/server/review"
	"sealgate/server/watch"
)

// watched is the part of the demo's past that is about what is unusual, and about texts that go without a look: a list of strangers that
// stopped a customer until a person lifted it, an account that sends prize offers today, an exemption that counts and one that waits.
type watched struct{ clinic, agency sender }

// sender is a customer of the demo with what a batch of it needs.
type sender struct {
	demoFirm
	customer, contract, signature string
}

// sender gives the i-th of the other kinds.
func (k *kinds) sender(i int) sender {
	return sender{demoKinds[i].demoFirm, k.customers[i], k.contracts[i], k.signatures[i]}
}

// reminder is the text that is trusted after it was looked at.
const reminder = "【银杏口腔】{姓名}您好，您预约的洁牙时间为本周六上午，请提前十分钟到院，如需改期请致电前台。"

// past is what happened in the middle of the first month.
func (w *watched) past(ctx context.Context, h *history) error {
	lead := h.as(ctx, "compliancelead")
	if err := h.past.Watch.SetThreshold(lead, watch.Threshold{
		CustomerID: w.clinic.customer, CustomerName: w.clinic.name, Code: watch.Recipients, Enabled: true, AutoStop: true, Params: watch.Params{Least: 100, Share: 500, Tenths: 30},
		UntilDate: h.past.Clock.Today().AddDays(180), Reason: "新接入客户，观察期内加强监测",
	}); err != nil {
		return fmt.Errorf("threshold: %w", err)
	}
	if err := w.strangers(ctx, h, lead); err != nil {
		return fmt.Errorf("list of strangers: %w", err)
	}
	if err := w.trusted(ctx, h, lead); err != nil {
		return fmt.Errorf("exemption: %w", err)
	}
	return nil
}

// strangers: the clinic sends to numbers that it never sent to; the stop is lifted the same morning, and the batch goes out.
func (w *watched) strangers(ctx context.Context, h *history, lead context.Context) error {
	p := h.past
	if err := h.to(ctx, p.Clock.Today().AddDays(1).At(10, 0)); err != nil {
		return err
	}
	b, err := h.submit(ctx, w.clinic, batch.ListOne, "【银杏口腔】锦江门诊已开业，原青羊门诊的预约和病历均可在新址继续使用。", "手机号\n", 5_000, 180, "%s\n")
	if err != nil {
		return err
	}
	if _, err := p.Watch.RunDay(lead, p.Clock.Today()); err != nil {
		return err
	}
	stopped, _, err := p.Watch.List(lead, watch.Query{CustomerID: w.clinic.customer, States: []string{string(watch.Stopped)}, Limit: 1})
	if err != nil || len(stopped) == 0 {
		return errors.Join(err, errNoAlert)
	}
	if _, err := p.Watch.Lift(lead, stopped[0].ID, "客户提供了青羊门诊会员的授权书，号码来源属实"); err != nil {
		return err
	}
	if _, err := p.Watch.Close(lead, stopped[0].ID, "explained", "并入新门诊会员，首次发送"); err != nil {
		return err
	}
	return h.letGo(ctx, b.ID)
}

var errNoAlert = errors.New("the watch saw nothing")

// trusted: a reminder is looked at once; two leads let it go from then on, and the next day's goes by that.
func (w *watched) trusted(ctx context.Context, h *history, lead context.Context) error {
	p := h.past
	remind := func() (*batch.Batch, error) {
		return h.submit(ctx, w.clinic, batch.Template, reminder, "手机号,姓名\n", 0, 40, "%s,顾客\n")
	}
	b, err := remind()
	if err != nil {
		return err
	}
	if err := h.letGo(ctx, b.ID); err != nil {
		return err
	}
	e, err := p.Reviews.AskExemption(lead, review.ExemptionInput{BatchID: b.ID, Kind: review.OfText, MaxMessages: 500, SampleShare: 10, Until: p.Clock.Today().AddDays(180), Reason: "每天发送的预约提醒，内容固定，收件人均为预约顾客"})
	if err != nil {
		return err
	}
	if _, err := p.Reviews.DecideExemption(h.as(ctx, "compliancelead2"), e.ID, true, ""); err != nil {
		return err
	}
	if err := h.to(ctx, p.Clock.Today().AddDays(1).At(10, 0)); err != nil {
		return err
	}
	if b, err = remind(); err != nil {
		return err
	}
	return h.letGo(ctx, b.ID) // where it came to the desk as a sample
}

// today leaves an alert whose stop nobody has lifted, and an exemption that nobody has decided.
func (w *watched) today(ctx context.Context, h *history) error {
	p, lead := h.past, h.as(ctx, "compliancelead")
	if err := p.Watch.SetThreshold(lead, watch.Threshold{
		CustomerID: w.agency.customer, CustomerName: w.agency.name, Code: watch.Refused, Enabled: true, AutoStop: true, Params: watch.Params{Least: 50, Share: 300},
		UntilDate: p.Clock.Today().AddDays(30), Reason: "代理多家商户发送，加强监测",
	}); err != nil {
		return fmt.Errorf("threshold: %w", err)
	}
	if _, err := h.submit(ctx, w.agency, batch.ListOne, "【青山文化】恭喜您被抽中为幸运用户，点击 hxxp.cc/a9k 填写银行卡号领取奖金。", "手机号\n", 9_000, 120, "%s\n"); err != nil {
		return fmt.Errorf("false prizes: %w", err)
	}
	if _, err := p.Watch.RunDay(lead, p.Clock.Today()); err != nil {
		return err
	}
	bs, _, _, err := p.Batches.List(lead, batch.Query{CustomerID: w.agency.customer, States: []batch.State{batch.Done}, Limit: 1})
	if err != nil || len(bs) == 0 {
		return err
	}
	_, err = p.Reviews.AskExemption(lead, review.ExemptionInput{BatchID: bs[0].ID, Kind: review.OfCustomer, MaxMessages: 300, SampleShare: 20, Until: p.Clock.Today().AddDays(60), Reason: "演出通知，内容规范，申请小批量免审"})
	return err
}

// submit makes a batch of n made-up recipients from the given one on, a row each, and has it screened.
func (h *history) submit(ctx context.Context, s sender, mode batch.Mode, text, head string, from, n int, row string) (*batch.Batch, error) {
	p, owner := h.past, h.as(ctx, s.owner)
	b, err := p.Batches.Create(owner, batch.Order{ContractID: s.contract, SignatureID: s.signature, Category: batch.Notice, Mode: mode, Text: text})
	if err != nil {
		return nil, err
	}
	var file strings.Builder
	file.WriteString(head)
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&file, row, recipientOf(i))
	}
	if _, err := p.Batches.Upload(owner, b.ID, fmt.Sprintf("%s%s.csv", s.demoFirm.signature, p.Clock.Today()), int64(file.Len()), strings.NewReader(file.String())); err != nil {
		return nil, err
	}
	if err := p.Drain(ctx); err != nil {
		return nil, err
	}
	return p.Batches.Get(owner, b.ID)
}
