package main

import (
	"context"
	"fmt"
	"net/http/httptest"

	"sealgate/server/actor"
	"sealgate/server/app"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/money"
	"sealgate/server/plan"
)

// roles of the people of a run; a login is its role.
var roles = []string{"sales", "sales_lead", "compliance_reviewer", "compliance_lead", "finance", "finance_lead", "system_admin"}

// deal is a contract that batches are sent under.
type deal struct {
	customer, signature, contract string
	prepaid                       bool
}

// setUp makes the records of a run through the program itself, before anything is killed: two customers, one with a monthly
// package, one that pays in advance.
func (r *run) setUp(ctx context.Context, a *app.App) error {
	server := httptest.NewServer(a.Handler())
	defer server.Close()
	r.office.open(-1, server.URL)
	defer r.office.shut(-1)
	for _, role := range roles {
		if err := a.Hire(ctx, role, []string{role}, "", password); err != nil {
			return err
		}
	}
	today := a.Clock.Today()
	for i, c := range []struct{ name, uscc, signature string }{{"成都云帆电子商务有限公司", "91510107MA6CDEMK88", "云帆商城"}, {"杭州示例物流有限公司", "91330106MA2CDEMK7Q", "示例物流"}} {
		d := deal{prepaid: i == 1}
		if err := r.customer(ctx, &d, c.name, c.uscc, c.signature); err != nil {
			return err
		}
		if d.prepaid {
			if err := r.prepaid(ctx, a, &d, today); err != nil {
				return err
			}
		} else if err := r.packaged(ctx, &d, today); err != nil {
			return err
		}
		r.deals = append(r.deals, d)
	}
	return nil
}

// customer registers a customer with its licence and signature, both decided by compliance.
func (r *run) customer(ctx context.Context, d *deal, name, uscc, signature string) error {
	sales, compliance := r.office.as("sales"), r.office.as("compliance_reviewer")
	made, err := sales.must(ctx, "/customers", JSON{
		"name": name, "uscc": uscc, "address": "成都市锦江区红星路 8 号", "legal_rep": "吴岚", "industry": "电子商务",
		"bank_name": "示范银行成都锦江支行", "bank_account": "5101000000001234",
		"contacts": []JSON{{"name": "吴岚", "phone": "13880001234", "email": "wu.lan@example.com"}},
	})
	if err != nil {
		return err
	}
	d.customer = made.str("id")
	scan, err := sales.attach(ctx, "营业执照.pdf", "licence")
	if err != nil {
		return err
	}
	licence, err := sales.must(ctx, "/customers/"+d.customer+"/licences", JSON{"kind": "business", "number": uscc, "issuer": "市场监督管理局", "valid_from": "2020-01-01", "valid_to": "2039-12-31", "attachment_id": scan})
	if err != nil {
		return err
	}
	if _, err := compliance.must(ctx, "/licences/"+licence.str("id")+"/verify", nil); err != nil {
		return err
	}
	return r.chain(ctx, d, signature)
}

// chain registers a signature with its qualification and has every carrier accept them.
func (r *run) chain(ctx context.Context, d *deal, signature string) error {
	sales, compliance := r.office.as("sales"), r.office.as("compliance_reviewer")
	today := r.eye.Clock.Today()
	register := func(fields JSON) (string, error) {
		proof, err := sales.attach(ctx, "证明.pdf", "registration")
		if err != nil {
			return "", err
		}
		fields["proof_attachment_id"] = proof
		made, err := sales.must(ctx, "/customers/"+d.customer+"/registrations", fields)
		if err != nil {
			return "", err
		}
		_, err = compliance.must(ctx, "/registrations/"+made.str("id")+"/approve", nil)
		return made.str("id"), err
	}
	qualification, err := register(JSON{"kind": "qualification", "text": signature + "资质", "handler": JSON{
		"name": "王小明", "id_number": "110101199003070038", "phone": "13900139000", "authorised_from": today.String(), "authorised_to": today.AddYears(2).String(),
	}})
	if err != nil {
		return err
	}
	if d.signature, err = register(JSON{"kind": "signature", "parent_id": qualification, "text": "【" + signature + "】", "source": "trade_mark", "source_name": signature + "商标"}); err != nil {
		return err
	}
	for _, carrier := range []string{"cmcc", "cucc", "ctcc", "cbn"} {
		sheets, err := compliance.must(ctx, "/carriers/"+carrier+"/sheets", JSON{})
		if err != nil {
			return err
		}
		for _, s := range sheets.list("items") {
			if _, err := compliance.must(ctx, "/filing-sheets/"+s.str("id")+"/answer", JSON{"state": "accepted"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// packaged leads a package agreement from the form to its signatures; it sends at any hour.
func (r *run) packaged(ctx context.Context, d *deal, today caldate.Date) error {
	sales, compliance := r.office.as("sales"), r.office.as("compliance_reviewer")
	made, err := sales.must(ctx, "/contracts", JSON{"customer_id": d.customer, "template_id": "package", "values": JSON{
		"start_date": today.String(), "end_date": today.AddDays(729).String(), "rent": "100.00", "included": "1000", "overage": "0.085", "deposit": "0.00", "daily_cap": "90000",
		"window_from_day": "5", "window_to_day": "15", "grace_days": "10", "late_fee_rate": "0.003", "send_from": "00:00", "send_to": "24:00",
		"signing_place": "成都市锦江区", "jurisdiction": "court", "jurisdiction_name": "成都市锦江区人民法院", "allowed_categories": "notice", "carriers": "cmcc,cucc,ctcc",
	}})
	if err != nil {
		return err
	}
	d.contract = made.str("id")
	scan, err := sales.attach(ctx, "合同扫描件.pdf", "contract_scan")
	if err != nil {
		return err
	}
	for _, step := range []struct {
		who  *person
		act  string
		body any
	}{
		{sales, "submit", nil},
		{compliance, "approve", JSON{}},
		{sales, "sign", JSON{"customer_signer": "吴岚", "provider_signer": "陈立群", "signed_on": today.String(), "attachment_id": scan}},
		{compliance, "confirm-signing", JSON{}},
	} {
		if _, err := step.who.must(ctx, "/contracts/"+d.contract+"/"+step.act, step.body); err != nil {
			return fmt.Errorf("contract: %w", err)
		}
	}
	return nil
}

// prepaid takes an agreement over that was signed outside.
func (r *run) prepaid(ctx context.Context, a *app.App, d *deal, today caldate.Date) error {
	terms := plan.Defaults(plan.KindPrepaid)
	terms.Price = money.MustDecimal("0.05")
	c, err := a.Contracts.Adopt(actor.With(ctx, actor.System("crash")), contract.Adoption{CustomerID: d.customer, Kind: plan.KindPrepaid, Start: today, End: today.AddDays(729), Terms: terms,
		AllowedCategories: []string{"notice"}, Carriers: []string{"cmcc", "cucc", "ctcc"}, SendFrom: "00:00", SendTo: "24:00"})
	if err != nil {
		return err
	}
	d.contract = c.ID
	return nil
}
