package app

import (
	"context"
	"fmt"
	"time"

	"sealgate/server/announcement"
	"sealgate/server/apikey"
	"sealgate/server/appeal"
	"sealgate/server/caldate"
	"sealgate/server/calltask"
	"sealgate/server/complaint"
	"sealgate/server/licence"
	"sealgate/server/maintenance"
	"sealgate/server/ticket"
	"sealgate/server/webhook"
)

// service is the part of the demo's past that is about what goes on beside sending and paying: complaints, an appeal, maintenance,
// interruptions, and the first customer's own corner.
type service struct {
	customer, contract string // the first customer's
	maintained         string // the maintenance agreement
	incident           string
}

// past is what happened on the twelfth of the first month and soon after.
func (s *service) past(ctx context.Context, h *history) error {
	for _, step := range []func(context.Context, *history) error{s.complained, s.interrupted, s.connected, s.servers, s.visited} {
		if err := step(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// today leaves something open with everybody.
func (s *service) today(ctx context.Context, h *history) error {
	for _, step := range []func(context.Context, *history) error{s.complaining, s.refused, s.announced, s.asked, s.calls} {
		if err := step(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// complained: one complaint that the customer answered and we closed, one that nobody has answered since.
func (s *service) complained(ctx context.Context, h *history) error {
	p, compliance, own := h.past, h.as(ctx, "compliance"), h.as(ctx, demoCustomerUsers[0].Login)
	c, err := p.Complaints.Register(compliance, complaint.Input{Signature: demoFirms[0].signature, Source: "carrier", Kind: "frequency", Phone: recipientOf(3), Carrier: "cmcc", CarrierRef: "YD-0917-2231",
		Text: "一天内收到多条到货通知，希望减少。"})
	if err != nil {
		return fmt.Errorf("complaint: %w", err)
	}
	if _, err := p.Complaints.Register(compliance, complaint.Input{Signature: demoFirms[0].signature, Source: "phone", Kind: "unwanted", Phone: recipientOf(11), Text: "没有在该商城下过单，却收到取货短信，要求查明号码来源。"}); err != nil {
		return fmt.Errorf("complaint: %w", err)
	}
	if _, err := p.Complaints.Forward(compliance, c.ID, "请核对该客户的订单和发送次数"); err != nil {
		return err
	}
	if err := h.to(ctx, p.Clock.Now().Add(26*time.Hour)); err != nil {
		return err
	}
	if _, err := p.Complaints.Reply(own, c.ID, "客户当日有两笔订单，各发一条通知；已合并为一条，并向客户致歉。", ""); err != nil {
		return err
	}
	_, err = p.Complaints.Close(compliance, c.ID, complaint.Dismissed, "经核对为两笔订单的正常通知，客户已改为合并发送，投诉人表示认可。")
	return err
}

// complaining: a complaint of today.
func (s *service) complaining(ctx context.Context, h *history) error {
	_, err := h.past.Complaints.Register(h.as(ctx, "compliance"), complaint.Input{Signature: demoFirms[0].signature, Source: "phone", Kind: "no_way_out", Phone: recipientOf(24), Text: "回复 TD 后仍收到会员通知，要求停止发送。"})
	return err
}

// interrupted: channels failed for an hour, and it was told.
func (s *service) interrupted(ctx context.Context, h *history) error {
	p, lead := h.past, h.as(ctx, "saleslead")
	now := p.Clock.Instant()
	a, err := p.Announcements.DrawUp(lead, announcement.Input{Kind: announcement.Unplanned, Fault: true, Carriers: []string{"cucc"}, StartsAt: now.Add(-2 * time.Hour), EndsAt: now.Add(time.Hour),
		TitleZh: "联通方向短信发送中断", TitleEn: "Sending to China Unicom interrupted", ReasonZh: "运营商侧网关故障，正在抢修", ReasonEn: "A gateway of the carrier failed and is being repaired"})
	if err != nil {
		return fmt.Errorf("announcement: %w", err)
	}
	if _, err := p.Announcements.Publish(lead, a.ID); err != nil {
		return err
	}
	_, err = p.Announcements.End(lead, a.ID, now.Add(-time.Hour), "网关已恢复，积压短信已补发完毕。", "The gateway works again; what had waited has been sent.")
	return err
}

// announced: work on the channels in five days, at night.
func (s *service) announced(ctx context.Context, h *history) error {
	p, night := h.past, h.past.Clock.Today().AddDays(5)
	a, err := p.Announcements.DrawUp(h.as(ctx, "saleslead"), announcement.Input{Kind: announcement.Planned, StartsAt: caldate.InstantOf(night.At(1, 0)), EndsAt: caldate.InstantOf(night.At(4, 0)),
		TitleZh: "短信平台割接维护", TitleEn: "Maintenance of the messaging platform", ReasonZh: "核心交换机升级，期间提交的短信将在维护结束后发送", ReasonEn: "The core switch is upgraded; what is submitted meanwhile is sent afterwards"})
	if err != nil {
		return fmt.Errorf("announcement: %w", err)
	}
	_, err = p.Announcements.Publish(h.as(ctx, "compliancelead"), a.ID)
	return err
}

// connected: the first customer's programs.
func (s *service) connected(ctx context.Context, h *history) error {
	p, own := h.past, h.as(ctx, demoCustomerUsers[0].Login)
	if _, _, err := p.APIKeys.Create(own, s.customer, apikey.Wish{Name: "会员系统", Scopes: []apikey.Scope{apikey.Send, apikey.Read}}); err != nil {
		return fmt.Errorf("API key: %w", err)
	}
	e, _, err := p.Webhooks.Create(own, webhook.Wish{Name: "会员系统", URL: "https://hooks.yunfan.example.com/sms", Kinds: []webhook.Kind{webhook.Receipts, webhook.ReplyReceived}})
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	_, err = p.Webhooks.Switch(own, e.ID, webhook.Off) // the address is made up
	return err
}

// servers: what is maintained, a change that was agreed to, and an incident.
func (s *service) servers(ctx context.Context, h *history) error {
	p, sales, own := h.past, h.as(ctx, "sales"), h.as(ctx, demoCustomerUsers[1].Login)
	sheet := []maintenance.Server{
		{Name: "SMS-01", Model: "R740", Serial: "7XK2L13", System: "Debian 12", Address: "10.0.8.11", Place: "成都机房 A-12", Use: "短信应用", Keeper: "何斌"},
		{Name: "SMS-02", Model: "R740", Serial: "7XK2L14", System: "Debian 12", Address: "10.0.8.12", Place: "成都机房 A-12", Use: "短信应用", Keeper: "何斌"},
		{Name: "DB-01", Model: "R750", Serial: "9PL4M02", System: "openEuler 22.03", Address: "10.0.8.21", Place: "成都机房 A-13", Use: "数据库", Keeper: "何斌"},
	}
	if _, err := p.Maintenance.SaveSheet(sales, s.maintained, sheet, ""); err != nil {
		return fmt.Errorf("server sheet: %w", err)
	}
	change, err := p.Maintenance.Ask(own, s.maintained, maintenance.Ask{Title: "增加一台备份服务器", Text: "请评估在 A-13 机柜增加一台备份服务器，并接入现有监控。", Channel: maintenance.Portal})
	if err != nil {
		return fmt.Errorf("change request: %w", err)
	}
	if _, err := p.Maintenance.Answer(sales, change.ID, maintenance.Answer{Feasible: true, Text: "可行，机柜有空位；需停机窗口一小时。", Fee: 800_00, WorkDays: 5}); err != nil {
		return err
	}
	if _, err := p.Maintenance.Decide(own, change.ID, true, "同意"); err != nil {
		return err
	}
	i, err := p.Maintenance.Raise(own, s.maintained, maintenance.Fault{Title: "DB-01 磁盘告警", Text: "监控提示 2 号硬盘读写错误增多。", Object: "DB-01"})
	if err != nil {
		return fmt.Errorf("incident: %w", err)
	}
	s.incident = i.ID
	_, err = p.Maintenance.Accept(sales, i.ID, "已受理，明日上门更换")
	return err
}

// visited: the disk is exchanged, and the customer confirms the report.
func (s *service) visited(ctx context.Context, h *history) error {
	p, sales, own := h.past, h.as(ctx, "sales"), h.as(ctx, demoCustomerUsers[1].Login)
	v, err := p.Maintenance.Plan(sales, s.maintained, maintenance.Trip{PlannedOn: p.Clock.Today(), Purpose: "更换 DB-01 硬盘", Engineer: "赵强", OriginID: s.incident})
	if err != nil {
		return fmt.Errorf("visit: %w", err)
	}
	done := maintenance.Outcome{On: p.Clock.Today(), Arrived: "09:30", LeftAt: "11:40", Engineer: "赵强", Result: "故障排除，系统运行正常。", Leftover: "建议下季度更换同批次的 3 号硬盘。",
		Work: []maintenance.Work{{Object: "DB-01", Work: "更换 2 号硬盘，重建阵列", Result: "阵列恢复，告警消除"}}}
	if _, err := p.Maintenance.Report(sales, v.ID, done); err != nil {
		return err
	}
	if _, err := p.Maintenance.Confirm(own, v.ID, true, ""); err != nil {
		return err
	}
	_, err = p.Maintenance.Resolve(sales, s.incident, "2 号硬盘老化", "下季度更换同批次硬盘")
	return err
}

// refused: a licence that compliance refused, and the customer's appeal against it.
func (s *service) refused(ctx context.Context, h *history) error {
	p, f, sales := h.past, demoFirms[0], h.as(ctx, "sales")
	scan, err := h.scan(sales, "licence", "ICP 备案截图", f)
	if err != nil {
		return err
	}
	l, err := p.Licences.Submit(sales, s.customer, licence.Submission{Kind: licence.ICP, Number: "蜀ICP备2023018806号", Issuer: "四川省通信管理局", ValidFrom: caldate.New(2023, 6, 1), DocumentID: scan})
	if err != nil {
		return fmt.Errorf("licence: %w", err)
	}
	if _, err := p.Licences.Refuse(h.as(ctx, "compliance"), l.ID, "备案主体与营业执照名称不一致"); err != nil {
		return err
	}
	_, err = p.Appeals.File(h.as(ctx, demoCustomerUsers[0].Login), appeal.Input{Kind: appeal.Licence, ObjectID: l.ID, Grounds: "备案主体为我公司更名前的名称，已附工商变更证明，请复核。"})
	return err
}

// asked: a question that was answered, and one that waits.
func (s *service) asked(ctx context.Context, h *history) error {
	p, own := h.past, h.as(ctx, demoCustomerUsers[0].Login)
	t, err := p.Tickets.Ask(own, s.customer, ticket.Asking{ContractID: s.contract, Kind: ticket.PlanChange, Subject: "年底促销能否临时提高每日上限", Text: "预计 12 月中旬连续三天每天多发 5 万条，如何办理？"})
	if err != nil {
		return fmt.Errorf("ticket: %w", err)
	}
	if _, err := p.Tickets.Reply(h.as(ctx, "sales"), t.ID, "可以签一份补充协议，只在这三天提高上限；草稿今天发给您确认。", nil); err != nil {
		return err
	}
	_, err = p.Tickets.Ask(own, s.customer, ticket.Asking{Kind: ticket.Bill, Subject: "上月账单能否分两个部门列示", Text: "财务希望账单分电商部和会员部列示，是否支持？"})
	return err
}

// calls: sales shall ring up the customer about its plans.
func (s *service) calls(ctx context.Context, h *history) error {
	p, sales := h.past, h.as(ctx, "sales")
	_, err := p.CallTasks.Make(sales, calltask.Input{CustomerID: s.customer, Title: "回访：年底促销的发送计划", Text: "确认三天的发送量和时段，准备补充协议。", DueOn: p.Clock.Today().AddDays(1)})
	return err
}
