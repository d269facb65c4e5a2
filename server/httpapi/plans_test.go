package httpapi_test

import (
	"fmt"
	"slices"
	"testing"

	"sealgate/server/staff"
)

type offered struct {
	ID       string
	Code     string
	Versions []struct {
		ID      string
		Number  int
		State   string
		OnOffer bool `json:"on_offer"`
		Changed []string
		Terms   struct {
			RentFen int64 `json:"rent_fen"`
		}
		Actions []string `json:"available_actions"`
	}
	Actions []string `json:"available_actions"`
}

func TestPlans_whoMay(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, x := range []struct {
		method, path, capability string
		body                     any
	}{
		{"GET", "/plans", "plan.read", nil},
		{"GET", "/plans/x", "plan.read", nil},
		{"POST", "/plans", "plan.write", object{}},
		{"POST", "/plans/x/versions", "plan.write", object{}},
		{"POST", "/plan-versions/x/submit", "plan.write", object{}},
		{"POST", "/plan-versions/x/drop", "plan.write", object{}},
		{"POST", "/plan-versions/x/publish", "plan.publish", object{}},
		{"POST", "/plan-versions/x/send-back", "plan.publish", object{"reason": "x"}},
		{"POST", "/plans/x/withdraw", "plan.publish", object{"off": true, "reason": "x"}},
	} {
		o.Refuses(x.method, x.path, x.capability, x.body)
	}
}

func TestPlans_fromADraftToAContractThatKeepsItsVersion(t *testing.T) {
	t.Parallel()
	o := newOffice(t) // 1 October, 09:00
	author, publisher := o.boss, o.As(staff.FinanceLead)
	var p offered
	author.Post("/plans", object{
		"code": "PKG-300", "name": "包月 300 元", "kind": "package", "terms": object{"rent_fen": 30000, "included": 4000, "overage": "0.07"}, "valid_from": "2026-10-01", "note": "大客户",
	}).Want(201).JSON(&p)
	v := p.Versions[0]
	if v.State != "draft" || !slices.Contains(v.Actions, "submit") || v.OnOffer {
		t.Fatalf("%+v", p)
	}
	publisher.Post("/plan-versions/"+v.ID+"/publish", object{}).Problem(409, "plan.state")
	author.Post("/plan-versions/"+v.ID+"/submit", object{}).Want(200).JSON(&p)
	author.Post("/plan-versions/"+v.ID+"/publish", object{}).Problem(403, "plan.own")
	publisher.Post("/plan-versions/"+v.ID+"/send-back", object{}).Problem(422, "plan.reason")
	publisher.Post("/plan-versions/"+v.ID+"/publish", object{}).Want(200).JSON(&p)
	if !p.Versions[0].OnOffer {
		t.Errorf("%+v", p)
	}

	customerID := created(o.sales.Post("/customers", customerBody(1)))
	var form struct {
		Blanks []struct{ Name, Default string }
	}
	o.sales.Get("/contract-templates/package/1?customer_id=" + customerID + "&plan_version_id=" + v.ID).Want(200).JSON(&form)
	defaults := map[string]string{}
	for _, b := range form.Blanks {
		defaults[b.Name] = b.Default
	}
	if defaults["rent"] != "300.00" || defaults["included"] != "4000" || defaults["overage"] != "0.07" || defaults["customer_name"] == "" {
		t.Errorf("the form does not say what the plan says: %v", defaults)
	}

	values := object{}
	for _, b := range form.Blanks { // what people add: the rest is the plan's and the customer's record
		if b.Default == "" {
			values[b.Name] = map[string]string{
				"start_date": "2026-10-01", "end_date": "2027-09-30", "amount": "3600.00", "deposit": "0.00", "signing_place": "成都", "jurisdiction_name": "成都市武侯区人民法院",
			}[b.Name]
		}
	}
	values["start_date"], values["end_date"], values["overage"] = "2026-10-01", "2027-09-30", "0.065"
	for name, value := range values {
		if value == "" {
			delete(values, name)
		}
	}
	var c struct {
		ID   string
		Plan struct {
			Code            string
			Version, Newest int
			Deviates        []string
		}
		Terms []struct{ Name, Value string }
	}
	o.sales.Post("/contracts", object{"customer_id": customerID, "template_id": "package", "plan_version_id": v.ID, "values": values}).Want(201).JSON(&c)
	if c.Plan.Code != "PKG-300" || c.Plan.Version != 1 || fmt.Sprint(c.Plan.Deviates) != "[overage]" {
		t.Errorf("%+v", c.Plan)
	}

	// A dearer version: the contract stays on its own.
	author.Post("/plans/"+p.ID+"/versions", object{"terms": object{"rent_fen": 33000}, "valid_from": "2026-10-01", "note": "调价"}).Want(201).JSON(&p)
	if fmt.Sprint(p.Versions[0].Changed) != "[rent_fen]" {
		t.Errorf("%+v", p.Versions[0])
	}
	author.Post("/plan-versions/"+p.Versions[0].ID+"/submit", object{}).Want(200)
	publisher.Post("/plan-versions/"+p.Versions[0].ID+"/publish", object{}).Want(200)
	o.sales.Get("/contracts/" + c.ID).Want(200).JSON(&c)
	if c.Plan.Version != 1 || c.Plan.Newest != 2 || fmt.Sprint(c.Plan.Deviates) != "[overage]" {
		t.Errorf("%+v", c.Plan)
	}
	publisher.Post("/plans/"+p.ID+"/withdraw", object{"off": true, "reason": "不再销售"}).Want(200)
	o.sales.Post("/contracts", object{"customer_id": customerID, "template_id": "package", "plan_version_id": v.ID, "values": values}).Problem(409, "plan.withdrawn")
	author.Post("/plans", object{"code": "PKG-300", "name": "x", "kind": "package", "terms": object{"rent_fen": 1}, "valid_from": "2026-10-01", "note": "x"}).Problem(409, "plan.code")
	author.Post("/plans", object{"code": "X1", "name": "x", "kind": "prepaid", "terms": object{}, "valid_from": "2026-13-01", "note": "x"}).Want(422)
}
