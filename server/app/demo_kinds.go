package app

import (
	"context"
	"fmt"
	"maps"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/contract"
	"sealgate/server/deposit"
	"sealgate/server/licence"
	"sealgate/server/money"
	"sealgate/server/payable"
	"sealgate/server/payment"
	"sealgate/server/plan"
	"sealgate/server/wallet"
)

// demoKind is a customer of the demo with an agreement of another kind than the main one.
type demoKind struct {
	demoFirm
	kind   plan.Kind
	values map[string]string
	parts  int // of its batch of the first month; 0: it sends none
}

// messages are what every agreement says under which messages are sent.
var messages = map[string]string{"allowed_categories": "verification,notice,marketing", "send_from": "08:00", "send_to": "21:00"}

var demoKinds = []demoKind{
	{demoFirm{name: "成都锦味餐饮管理有限公司", uscc: "91510105MA6DEM41X6", signature: "锦味餐饮", person: "罗敏", phone: "13880001005", owner: "sales"}, plan.KindPrepaid, map[string]string{
		"price": "0.05", "first_topup": "500.00", "credits": "200", "credits_fee": "9.00",
	}, 240},
	{demoFirm{name: "四川青山文化传媒有限公司", uscc: "91510106MA6DEM524X", signature: "青山文化", person: "唐宁", phone: "13880001006", owner: "sales2"}, plan.KindPostpaid, map[string]string{
		"price": "0.06", "rent": "200.00", "customisation_fee": "3000.00", "amount": "20000.00",
	}, 260},
	{demoFirm{name: "成都银杏口腔医院有限公司", uscc: "91510107MA6DEM639J", signature: "银杏口腔", person: "许蕾", phone: "13880001007", owner: "sales"}, plan.KindCentre, map[string]string{
		"price": "0.055", "first_topup": "1000.00", "software_fee": "4800.00",
	}, 220},
	{demoFirm{name: "成都通达信息服务有限公司", uscc: "91510100MA6DEM743H", signature: "通达信息", person: "邓涛", phone: "13880001008", owner: "sales2"}, plan.KindPort, map[string]string{
		"rent": "500.00", "ports": "2", "threshold": "10000", "price": "0.05", "port_numbers": "1069028510\n1069028511",
	}, 0},
	{demoFirm{name: "成都蜀江机械制造有限公司", uscc: "91510104MA6DEM858H", signature: "蜀江机械", person: "何斌", phone: "13880001009", owner: "sales"}, plan.KindMaintenance, map[string]string{
		"servers": "短信应用服务器两台（型号 R740，成都机房 A-12），数据库服务器一台", "lump_sum": "6000.00", "visits_included": "2", "visit_fee": "300.00",
	}, 0},
}

// kinds is the part of the demo's past that is about the other kinds of agreement: who they are, and what they signed.
type kinds struct{ customers, signatures, contracts [5]string }

// begin registers their customers and brings their contracts into force: with the first top-ups, and the lump sum paid.
func (k *kinds) begin(ctx context.Context, h *history) error {
	for i := range demoKinds {
		d := &demoKinds[i]
		if err := h.register(ctx, len(demoFirms)+i, d.demoFirm, &k.customers[i], &k.signatures[i]); err != nil {
			return fmt.Errorf("customer %s: %w", d.name, err)
		}
		if err := k.sign(ctx, h, i); err != nil {
			return fmt.Errorf("contract of %s: %w", d.name, err)
		}
		if err := k.topUp(ctx, h, i); err != nil {
			return fmt.Errorf("top-up of %s: %w", d.name, err)
		}
	}
	return nil
}

func (k *kinds) sign(ctx context.Context, h *history, i int) error {
	d := &demoKinds[i]
	if d.kind == plan.KindPort {
		if err := h.telecom(ctx, k.customers[i], d.demoFirm); err != nil {
			return err
		}
	}
	today := h.past.Clock.Today()
	values := map[string]string{
		"start_date": today.String(), "end_date": today.AddYears(1).AddDays(-1).String(), "signing_place": "成都市锦江区", "jurisdiction": "court", "jurisdiction_name": "成都市锦江区人民法院",
	}
	if d.parts > 0 {
		maps.Copy(values, messages)
	}
	maps.Copy(values, d.values)
	var err error
	k.contracts[i], err = h.signed(ctx, d.demoFirm, contract.Registration{CustomerID: k.customers[i], TemplateID: string(d.kind), Values: values})
	return err
}

// topUp enters what the contract asks for at its start, and a second person of finance sees the money.
func (k *kinds) topUp(ctx context.Context, h *history, i int) error {
	d, p := &demoKinds[i], h.past
	var inputs []wallet.Input
	if v := d.values["first_topup"]; v != "" {
		inputs = append(inputs, wallet.Input{Amount: money.MustYuan(v)})
	}
	if v := d.values["credits_fee"]; v != "" {
		inputs = append(inputs, wallet.Input{Amount: money.MustYuan(v), Messages: 200})
	}
	for n, in := range inputs {
		in.Method, in.ValueDate, in.Reference = wallet.Transfer, p.Clock.Today(), fmt.Sprintf("CZ-%d-%s", n+1, d.uscc)
		move, err := p.Wallets.TopUp(h.as(ctx, "finance"), k.contracts[i], in)
		if err != nil {
			return err
		}
		if _, err := p.Wallets.Decide(h.as(ctx, "financelead"), move.ID, wallet.Decision{Confirm: true}); err != nil {
			return err
		}
	}
	return nil
}

// month is what happens around the tenth: batches in the first month, and bills are paid; the port's only in the second, so that its
// newest is overdue.
func (k *kinds) month(ctx context.Context, h *history, nth int) error {
	first := nth == 0
	for i := range demoKinds {
		d := &demoKinds[i]
		switch {
		case first && d.parts > 0:
			if err := h.send(ctx, k.contracts[i], k.signatures[i], d.demoFirm, d.parts, true); err != nil {
				return fmt.Errorf("batch of %s: %w", d.name, err)
			}
		case first && d.kind != plan.KindMaintenance, nth > 1 && d.kind == plan.KindPort:
			continue
		}
		if err := h.pay(ctx, k.customers[i]); err != nil {
			return fmt.Errorf("payment of %s: %w", d.name, err)
		}
	}
	if !first {
		return nil
	}
	for i := range demoKinds { // a visit beyond what the lump sum covers
		if demoKinds[i].kind != plan.KindMaintenance {
			continue
		}
		in := charge.Input{Kind: charge.Visit, Amount: 300_00, On: h.past.Clock.Today(), Reason: "更换数据库服务器硬盘，服务报告已由客户签字"}
		if _, err := h.past.Charges.Add(h.as(ctx, "finance"), k.contracts[i], in); err != nil {
			return fmt.Errorf("visit at %s: %w", demoKinds[i].name, err)
		}
	}
	return nil
}

// count enters what the carrier counted on the ports, on the last day of a month that is over.
func (k *kinds) count(ctx context.Context, h *history, m caldate.Month, now time.Time) error {
	at := m.Last().At(18, 0)
	if !at.Before(now) {
		return nil
	}
	if err := h.to(ctx, at); err != nil {
		return err
	}
	for i := range demoKinds {
		if demoKinds[i].kind != plan.KindPort {
			continue
		}
		for n, port := range []string{"1069028510", "1069028511"} {
			parts := int64(12_480 + 731*(m.Mon%5) - 5_000*n)
			if err := h.past.Payables.EnterCount(h.as(ctx, "finance"), payable.Count{ContractID: k.contracts[i], Month: m, Port: port, Parts: parts, Note: "运营商月度统计"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// telecom gives a customer the licence that a port agreement needs.
func (h *history) telecom(ctx context.Context, customerID string, f demoFirm) error {
	p, sales := h.past, h.as(ctx, f.owner)
	scan, err := h.scan(sales, "licence", "增值电信业务经营许可证", f)
	if err != nil {
		return err
	}
	l, err := p.Licences.Submit(sales, customerID, licence.Submission{
		Kind: licence.Telecom, Number: "川B2-20250188", Issuer: "四川省通信管理局", ValidFrom: caldate.New(2025, 3, 1), ValidTo: caldate.New(2030, 2, 28), DocumentID: scan,
	})
	if err != nil {
		return err
	}
	_, err = p.Licences.Verify(h.as(ctx, "compliance"), l.ID)
	return err
}

// signed registers a contract and leads it through review and both signatures.
func (h *history) signed(ctx context.Context, f demoFirm, r contract.Registration) (string, error) {
	id, err := h.approved(ctx, f, r)
	if err != nil {
		return "", err
	}
	p, sales, compliance := h.past, h.as(ctx, f.owner), h.as(ctx, "compliance")
	scan, err := h.scan(sales, "contract_scan", "合同签章页", f)
	if err != nil {
		return "", err
	}
	if _, err := p.Contracts.RecordSigning(sales, id, contract.Signed{DocumentID: scan, SignedOn: p.Clock.Today(),
		Signers: map[contract.Side]string{contract.CustomerSide: f.person, contract.ProviderSide: "陈立群"}}); err != nil {
		return "", err
	}
	for _, side := range []contract.Side{contract.CustomerSide, contract.ProviderSide} {
		if _, err := p.Contracts.ConfirmSigning(compliance, id, side); err != nil {
			return "", err
		}
	}
	return id, nil
}

// approved registers a contract and leads it to its signatures.
func (h *history) approved(ctx context.Context, f demoFirm, r contract.Registration) (string, error) {
	p, sales, compliance := h.past, h.as(ctx, f.owner), h.as(ctx, "compliance")
	c, err := p.Contracts.Draft(sales, r)
	if err != nil {
		return "", err
	}
	if _, err := p.Contracts.Submit(sales, c.ID); err != nil {
		return "", err
	}
	_, err = p.Contracts.Approve(compliance, c.ID, 0)
	return c.ID, err
}

// holds pays a deposit of today.
func (h *history) holds(ctx context.Context, id, amount string) error {
	n, err := money.ParseYuan(amount)
	if err != nil {
		return err
	}
	p := h.past
	c, err := p.Contracts.Get(h.as(ctx, "finance"), id)
	if err != nil {
		return err
	}
	_, err = p.Deposits.Receive(h.as(ctx, "finance"), id, deposit.Input{Amount: n, On: p.Clock.Today(), Method: payment.Transfer, Reference: "YJ-" + c.Number})
	return err
}
