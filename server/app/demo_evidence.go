package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"sealgate/server/disclosure"
	"sealgate/server/retention"
)

// evidenced is the part of the demo's past that is about what was sent long ago: requests to give messages out, and orders to keep them.
type evidenced struct {
	shop, school string // the first two customers
	suit         string // the hold that ends today
}

// past: the police ask for a number and get the file, which has expired since; a court has a month kept.
func (e *evidenced) past(ctx context.Context, h *history) error {
	p := h.past
	request, err := e.request(ctx, h, "compliance", "调取证据通知书", disclosure.Order{
		Ground: disclosure.LawfulRequest, Requester: "成都市公安局锦江区分局", Officers: "张某（警号 012345）、李某（警号 012346）", Contact: "028-86660110", Reference: "锦公（刑）调证字〔2026〕88 号",
		Reason: "侦办冒充客服诈骗案件，调取该号码收到的短信", Scope: disclosure.Scope{Phones: []string{recipientOf(3)}}, KeepDays: 15,
	})
	if err != nil {
		return err
	}
	h.machine.Advance(20 * time.Minute)
	if err := e.grant(ctx, h, request, "文书齐全，民警证件已核对，范围限于一个号码"); err != nil {
		return err
	}
	if err := e.download(ctx, h, request, "当面交给办案民警张某（警号 012345），已签收"); err != nil {
		return err
	}
	month := p.Clock.Today().MonthOf().String()
	e.suit, err = e.hold(ctx, h, "compliancelead", "证据保全裁定书", retention.Order{
		CustomerID: e.shop, FirstMonth: month, LastMonth: month, Authority: "成都市锦江区人民法院", Reference: "（2026）川0104证保17号", Reason: "消费者诉该客户买卖合同纠纷，保全当月全部短信及回执",
	})
	return err
}

// today: the case is closed, another one goes on; a person is in danger; a request waits, and one that asked for too much was refused.
func (e *evidenced) today(ctx context.Context, h *history) error {
	p := h.past
	if _, err := p.Retention.Lift(h.as(ctx, "compliancelead2"), e.suit, "双方已和解，法院送达解除保全裁定"); err != nil {
		return fmt.Errorf("lift a legal hold: %w", err)
	}
	if _, err := e.hold(ctx, h, "compliancelead", "律师函", retention.Order{
		CustomerID: e.school, Authority: "公司法务部", Reference: "法务〔2026〕023", Reason: "该客户欠费拟起诉，保全合同期内全部发送记录",
	}); err != nil {
		return err
	}
	danger, err := e.request(ctx, h, "compliance", "", disclosure.Order{
		Ground: disclosure.Emergency, Requester: "成都市公安局指挥中心", Officers: "王某（警号 010086）", Contact: "028-86660119", Reference: "接警单 110-20931",
		Reason: "走失老人救助，需核实其号码近期收到的预约短信", Scope: disclosure.Scope{Phones: []string{recipientOf(7)}},
	})
	if err != nil {
		return err
	}
	if err := e.grant(ctx, h, danger, "人身安全紧急情况，先行提供，三日内补交文书"); err != nil {
		return err
	}
	if err := e.download(ctx, h, danger, "通过指挥中心专线交给值班民警王某"); err != nil {
		return err
	}
	broad, err := e.request(ctx, h, "compliance", "协助函", disclosure.Order{
		Ground: disclosure.Rights, Requester: "四川某律师事务所", Reference: "律函〔2026〕5 号", Reason: "代理商标纠纷，要求提供该客户全部发送记录", Scope: disclosure.Scope{CustomerID: e.shop},
	})
	if err != nil {
		return err
	}
	if _, err := p.Disclosures.Decide(h.as(ctx, "compliancelead"), broad, false, "非司法机关文书，且未限定号码和期间，超出必要范围"); err != nil {
		return err
	}
	_, err = e.request(ctx, h, "compliance", "协助调查函", disclosure.Order{
		Ground: disclosure.LawfulRequest, Requester: "成都市市场监督管理局", Officers: "赵某（执法证 51010001）", Reference: "成市监协查〔2026〕41 号", Reason: "核查促销短信是否存在虚假宣传",
		Scope: disclosure.Scope{CustomerID: e.shop, Phones: []string{recipientOf(3), recipientOf(12)}},
	})
	return err
}

// request records a request with the paper of that title, about all that was sent so far, and gives its id.
func (e *evidenced) request(ctx context.Context, h *history, login, paper string, o disclosure.Order) (id string, err error) {
	who, today := h.as(ctx, login), h.past.Clock.Today()
	o.ReceivedOn = today
	o.Scope.First, o.Scope.Last = today.AddDays(-80), today
	if paper != "" {
		if o.DocumentID, err = h.scan(who, "disclosure", paper, demoFirm{name: o.Requester}); err != nil {
			return "", err
		}
	}
	d, err := h.past.Disclosures.Request(who, o)
	if err != nil {
		return "", fmt.Errorf("disclosure to %s: %w", o.Requester, err)
	}
	return d.ID, nil
}

// grant has the second person approve a disclosure, and its file made.
func (e *evidenced) grant(ctx context.Context, h *history, id, reason string) error {
	if _, err := h.past.Disclosures.Decide(h.as(ctx, "compliancelead"), id, true, reason); err != nil {
		return fmt.Errorf("approve a disclosure: %w", err)
	}
	return h.past.Drain(ctx)
}

func (e *evidenced) download(ctx context.Context, h *history, id, purpose string) error {
	_, file, err := h.past.Disclosures.File(h.as(ctx, "compliance"), id, purpose)
	if err != nil {
		return fmt.Errorf("download a disclosure: %w", err)
	}
	_, err = io.Copy(io.Discard, file)
	return errors.Join(err, file.Close())
}

func (e *evidenced) hold(ctx context.Context, h *history, login, paper string, o retention.Order) (id string, err error) {
	who := h.as(ctx, login)
	if o.DocumentID, err = h.scan(who, "legal_hold", paper, demoFirm{name: o.Authority}); err != nil {
		return "", err
	}
	hold, err := h.past.Retention.Place(who, o)
	if err != nil {
		return "", fmt.Errorf("legal hold for %s: %w", o.Authority, err)
	}
	return hold.ID, nil
}
