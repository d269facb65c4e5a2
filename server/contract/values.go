package contract

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/contracttemplate"
	"sealgate/server/customer"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/licence"
	"sealgate/server/money"
	"sealgate/server/paper"
	"sealgate/server/plan"
)

// valuesField is how a wrong blank is named in an error: the path of the API.
const valuesField = "values."

// accountBlank is written as the customer's record writes it, though its template takes any text.
const accountBlank = "customer_bank_account"

// recorded are the blanks that the customer's record fills. Those of the first group must say exactly what the record
// says, because it was checked against the licence; the rest may differ in a contract.
func recorded(c *customer.Customer) (fixed, offered map[string]string) {
	fixed = map[string]string{"customer_name": c.Name, "customer_uscc": c.USCC}
	offered = map[string]string{
		"customer_address": c.Address, "customer_legal_rep": c.LegalRep,
		"customer_bank_name": c.BankName, accountBlank: c.BankAccount,
	}
	if len(c.Contacts) > 0 {
		p := c.Contacts[0]
		offered["contact_name"], offered["contact_phone"], offered["contact_email"] = p.Name, p.Phone, p.Email
	}
	return fixed, offered
}

// configured are the blanks that the provider's configuration fills.
func configured(p paper.Party) map[string]string {
	return map[string]string{
		"provider_name": p.Name, "provider_uscc": p.USCC, "provider_address": p.Address, "provider_phone": p.Phone, "provider_email": p.Email,
		"provider_contact": p.Contact, "provider_bank_name": p.BankName, "provider_bank_account": p.BankAccount,
	}
}

// prefill completes what was filled in: a blank that was left out takes the customer's record or the template's default
// (an empty one stays empty and is refused where it is required); the provider's details and the customer's name and
// number are not the form's to change.
func prefill(t *contracttemplate.Template, c *customer.Customer, p paper.Party, given map[string]string) (map[string]string, errs.Fields) {
	var f errs.Fields
	out := t.Defaults()
	set := func(from map[string]string) {
		for name, value := range from {
			if t.Blank(name) != nil && value != "" {
				out[name] = value
			}
		}
	}
	fixed, offered := recorded(c)
	set(offered)
	for name, value := range given {
		out[name] = strings.TrimSpace(value)
	}
	if t.Blank(accountBlank) != nil {
		out[accountBlank] = form.BankAccount(&f, valuesField+accountBlank, out[accountBlank], false)
	}
	own := configured(p)
	for name, want := range fixed {
		if got, ok := given[name]; ok && strings.TrimSpace(got) != "" && strings.TrimSpace(got) != want {
			f.Add(valuesField+name, "fixed", "须与客户登记资料一致（"+want+"）；资料有变请先修改客户", "must be as in the customer's record ("+want+"); change the record first if it is outdated")
		}
	}
	for name, want := range own {
		if got, ok := given[name]; ok && strings.TrimSpace(got) != "" && strings.TrimSpace(got) != want {
			f.Add(valuesField+name, "fixed", "我方资料由系统配置填写，不能在合同中修改", "the provider's details come from the configuration and can't be changed in a contract")
		}
	}
	set(fixed)
	for name, value := range own {
		if t.Blank(name) != nil {
			out[name] = value
		}
	}
	return out, f
}

// blankOf names the blank behind a field of plan.Terms.
var blankOf = map[string]string{
	"rent_fen": "rent", "amount_fen": "amount", "deposit_fen": "deposit", "minimum_fen": "minimum", "lump_sum_fen": "lump_sum", "mode": "threshold_mode",
	"window.from": "window_from_day", "window.to": "window_to_day", "window.days": "due_days", "window.of": "due_model",
	"late_fee.model": "late_fee_model", "late_fee.rate": "late_fee_rate", "late_fee.cap": "late_fee_cap",
	"renewal.years": "renew_years", "renewal.objection_days": "objection_days", "suspend_floor_fen": "suspend_floor",
	"terminate_after_suspended_days": "terminate_after_days", "tiers.steps": "tier1_price", "tiers.mode": "price_model",
}

func init() {
	for i := range maxTiers {
		at := fmt.Sprintf("tiers.steps[%d].", i)
		blankOf[at+"up_to"], blankOf[at+"price"] = tierUpTo(i), tierPrice(i)
	}
}

// maxTiers is how many bands of prices the templates have blanks for.
const maxTiers = 5

func tierUpTo(i int) string  { return fmt.Sprintf("tier%d_up_to", i+1) }
func tierPrice(i int) string { return fmt.Sprintf("tier%d_price", i+1) }

// fee is a one-off fee that has a blank of its own: its amount, and "_on" its day (the start of the contract where empty).
type fee struct {
	blank, name string // without a name, the contract gives it in blank "_name"
	tax         plan.TaxKind
}

// fees in the order in which they stand on a bill.
var fees = []fee{
	{"access_fee", "接入费", ""}, {"customisation_fee", "定制开发费", plan.TaxSoftware}, {"software_fee", "软件费", plan.TaxSoftware}, {"other_fee", "", ""},
}

// filledIn reads what was filled into blanks; what can't be read is kept as faults.
type filledIn struct {
	values map[string]string
	faults errs.Fields
}

func (v *filledIn) bad(name string, err error) {
	if e := errs.As(err); e != nil {
		v.faults.Add(valuesField+name, "invalid", e.Zh, e.En)
	} else {
		v.faults.Add(valuesField+name, "invalid", "请填写整数，例如 1000", "write a whole number such as 1000")
	}
}

// read sets a value where its blank was filled in.
func read[T any](v *filledIn, name string, to *T, parse func(string) (T, error)) {
	s := v.values[name]
	if s == "" {
		return
	}
	x, err := parse(s)
	if err != nil {
		v.bad(name, err)
		return
	}
	*to = x
}

func (v *filledIn) yuan(name string, to *money.Fen)        { read(v, name, to, money.ParseYuan) }
func (v *filledIn) decimal(name string, to *money.Decimal) { read(v, name, to, money.ParseDecimal) }
func (v *filledIn) day(name string, to *caldate.Date)      { read(v, name, to, caldate.Parse) }
func (v *filledIn) whole(name string, to *int64) {
	read(v, name, to, func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) })
}

func (v *filledIn) small(name string, to *int) {
	n := int64(*to)
	v.whole(name, &n)
	*to = int(max(-1<<31, min(n, 1<<31)))
}

func (v *filledIn) yes(name string, to *bool) {
	if s := v.values[name]; s != "" {
		*to = s == "yes"
	}
}

// word reads a choice whose answers are those of the terms; Check says whether there is such an answer.
func word[T ~string](v *filledIn, name string, to *T) {
	if s := v.values[name]; s != "" {
		*to = T(s)
	}
}

// terms reads the billing terms out of the blanks, over those of the plan or the defaults of the kind: said is the way back. The template has checked
// the form of each value; what still can't be read, or can't stand together, is given as fields.
func terms(t plan.Terms, values map[string]string) (plan.Terms, errs.Fields) {
	v := &filledIn{values: values}
	v.yuan("amount", &t.Amount)
	v.yuan("rent", &t.Rent)
	v.yuan("minimum", &t.Minimum)
	v.yuan("deposit", &t.Deposit)
	v.yuan("lump_sum", &t.LumpSum)
	v.whole("included", &t.Included)
	v.whole("daily_cap", &t.DailyCap)
	v.whole("threshold", &t.Threshold)
	v.decimal("overage", &t.Overage)
	v.decimal("price", &t.Price)
	v.small("ports", &t.Ports)
	word(v, "threshold_mode", &t.Mode)
	word(v, "side", &t.Side)
	word(v, "first_month", &t.FirstMonth)
	v.yes("rent_while_suspended", &t.RentWhileSuspended)
	word(v, "blocked", &t.Blocked)
	word(v, "fixed_price", &t.Fixed)
	v.tiers(&t)
	v.oneOff(&t)
	if values["charge_model"] == "per_visit" {
		t.LumpSum = 0
	}
	if t.Kind == plan.KindMaintenance && values["amount"] == "" && t.LumpSum > 0 {
		t.Amount = t.LumpSum
	}
	v.due(&t)
	v.lateFee(&t)
	word(v, "allocation", &t.Allocation)
	v.small("grace_days", &t.GraceDays)
	v.small("plan_change_cutoff", &t.ChangeUntil)
	v.small("renew_years", &t.Renewal.Years)
	v.small("objection_days", &t.Renewal.ObjectionDays)
	t.Renewal.Auto = values["auto_renew"] == "yes"
	if !t.Renewal.Auto {
		t.Renewal.Years = 0
	}
	v.suspension(&t)
	if len(v.faults) > 0 {
		return t, v.faults
	}
	for _, e := range t.Check() {
		if name, ok := blankOf[e.Field]; ok {
			e.Field = name
		}
		if e.Field == "late_fee_rate" && t.LateFee.Model == plan.LateFeeFlat && values["late_fee_share"] != "" {
			e.Field = "late_fee_share"
		}
		e.Field = valuesField + e.Field
		v.faults = append(v.faults, e)
	}
	v.ofKind(t)
	return t, v.faults
}

// tiers reads the bands of prices; a form with one price has none.
func (v *filledIn) tiers(t *plan.Terms) {
	switch mode := v.values["price_model"]; mode {
	case "":
		return
	case "single":
		t.Tiers = nil
		return
	default:
		tiers := plan.Tiers{Mode: plan.TierMode(mode)}
		for i := range maxTiers {
			if v.values[tierPrice(i)] == "" {
				if v.values[tierUpTo(i)] != "" {
					v.faults.Add(valuesField+tierPrice(i), "missing", "请填写这一档的单价", "give the price of this band")
				}
				break
			}
			var s plan.Step
			v.decimal(tierPrice(i), &s.Price)
			if i < maxTiers-1 {
				v.whole(tierUpTo(i), &s.UpTo)
			}
			tiers.Steps = append(tiers.Steps, s)
		}
		for i := len(tiers.Steps) + 1; i < maxTiers; i++ {
			if v.values[tierPrice(i)] != "" {
				v.faults.Add(valuesField+tierPrice(len(tiers.Steps)), "missing", "前面的档位没有填写单价", "a band before this one has no price")
				break
			}
		}
		if len(tiers.Steps) < 2 && len(v.faults) == 0 {
			v.faults.Add(valuesField+tierPrice(len(tiers.Steps)), "missing", "阶梯价至少填写两档；只有一种价格请选单一价格", "give at least two bands; with one price choose a single one")
		}
		t.Tiers = &tiers
	}
}

// oneOff reads the fees that have blanks; the plan's other fees stay.
func (v *filledIn) oneOff(t *plan.Terms) {
	var start caldate.Date
	if d, err := caldate.Parse(v.values["start_date"]); err == nil {
		start = d
	}
	kept := slices.Clone(t.OneOff)
	var own []plan.OneOff
	for _, f := range fees {
		var amount money.Fen
		_, asked := v.values[f.blank]
		if !asked {
			continue
		}
		v.yuan(f.blank, &amount)
		o := plan.OneOff{Name: f.name, Amount: amount, On: start, Tax: f.tax}
		if f.name == "" {
			if o.Name = v.values[f.blank+"_name"]; o.Name == "" && amount > 0 {
				v.faults.Add(valuesField+f.blank+"_name", "missing", "请填写费用名称", "name the fee")
			}
			if at := otherFee(kept); at >= 0 {
				o.Tax = kept[at].Tax
				kept = slices.Delete(kept, at, at+1)
			}
		} else {
			kept = slices.DeleteFunc(kept, func(x plan.OneOff) bool { return x.Name == f.name })
		}
		v.day(f.blank+"_on", &o.On)
		if amount != 0 {
			own = append(own, o)
		}
	}
	if t.OneOff = append(own, kept...); len(t.OneOff) == 0 {
		t.OneOff = nil
	}
}

// otherFee finds the first fee that has no blank of its own name; -1 where there is none.
func otherFee(all []plan.OneOff) int {
	return slices.IndexFunc(all, func(o plan.OneOff) bool {
		return !slices.ContainsFunc(fees, func(f fee) bool { return f.name == o.Name })
	})
}

func (v *filledIn) due(t *plan.Terms) {
	v.small("window_from_day", &t.Window.From)
	v.small("window_to_day", &t.Window.To)
	switch of := v.values["due_model"]; of {
	case "":
	case "window":
		t.Window.Days, t.Window.Of = 0, ""
	default:
		t.Window.Of = of
		if v.small("due_days", &t.Window.Days); v.values["due_days"] == "" {
			v.faults.Add(valuesField+"due_days", "missing", "付款期限按天数计时，请填写付款天数", "give the days in which to pay")
		}
	}
}

func (v *filledIn) lateFee(t *plan.Terms) {
	f := &t.LateFee
	switch model := plan.LateFeeModel(v.values["late_fee_model"]); model {
	case "": // a text that knows the daily one alone
		if v.values["late_fee_rate"] != "" {
			f.Model = plan.LateFeeDaily
			v.decimal("late_fee_rate", &f.Rate)
		}
	case plan.LateFeeDaily:
		f.Model = model
		v.decimal("late_fee_rate", &f.Rate)
	case plan.LateFeeFlat:
		f.Model = model
		v.decimal("late_fee_share", &f.Rate)
	default:
		f.Model, f.Rate = model, money.Decimal{}
	}
	if f.Rate.IsZero() {
		f.Model = plan.LateFeeNone
	}
	v.decimal("late_fee_cap", &f.Cap)
	v.yes("stop_at_suspension", &f.StopAtSuspension)
	if s := v.values["late_fee_tax"]; s != "" {
		f.TaxFree = s == "free"
	}
}

func (v *filledIn) suspension(t *plan.Terms) {
	word(v, "suspension", &t.Suspension)
	if s, asked := v.values["suspend_after_days"]; asked {
		if t.SuspendAfter = nil; s != "" {
			n := 0
			v.small("suspend_after_days", &n)
			t.SuspendAfter = &n
		}
	}
	v.yuan("suspend_floor", &t.SuspendFloor)
	v.small("terminate_after_days", &t.TerminateAfterSuspendedDays)
}

// ofKind adds what can't stand for a kind of agreement although the terms could be billed, or would bill nothing.
func (v *filledIn) ofKind(t plan.Terms) {
	add := func(blank, code, zh, en string) { v.faults.Add(valuesField+blank, code, zh, en) }
	switch t.Kind {
	case plan.KindPackage, plan.KindPostpaid:
	case plan.KindPrepaid:
		if c, fee := v.values["credits"], v.values["credits_fee"]; zero(fee) != zero(c) {
			add("credits_fee", "credits", "条数包须同时填写条数和费用", "message credits take both a number and a fee")
		}
		if zero(v.values["first_topup"]) && zero(v.values["credits"]) {
			add("first_topup", "missing", "请填写首次充值金额，或者条数包", "give the first top-up, or message credits")
		}
	case plan.KindCentre:
		if zero(v.values["first_topup"]) {
			add("first_topup", "missing", "请填写首次充值金额", "give the first top-up")
		}
	case plan.KindPort:
		switch {
		case t.Rent == 0 && t.Price.IsZero():
			add("rent", "missing", "请填写月租费或短信单价，否则无从计费", "give a rent or the price of a message; there is nothing to bill otherwise")
		case t.Threshold > 0 && t.Price.IsZero():
			add("price", "missing", "约定了起计条数，请填写超过后的短信单价", "a threshold takes the price of a message above it")
		}
	case plan.KindMaintenance:
		visit := v.values["visit_fee"]
		switch {
		case v.values["charge_model"] == "per_visit" && zero(visit):
			add("visit_fee", "missing", "按次收费，请填写每次上门服务费", "give the fee per visit")
		case v.values["charge_model"] != "per_visit" && t.LumpSum == 0:
			add("lump_sum", "missing", "请填写维护服务费总价", "give the lump sum")
		case !zero(v.values["visits_included"]) && zero(visit):
			add("visit_fee", "missing", "总价含上门次数的，请填写用完后每次上门服务费", "give the fee of visits beyond the included ones")
		}
	}
	end, err := caldate.Parse(v.values["end_date"])
	if err != nil {
		return // said by dates
	}
	for _, f := range fees {
		if on, err := caldate.Parse(v.values[f.blank+"_on"]); err == nil && on.After(end) && !zero(v.values[f.blank]) {
			add(f.blank+"_on", "after_end", "收费日晚于合同终止日 "+end.String()+"，这笔费用不会进入账单", "after the end of the contract on "+end.String()+": the fee would stand on no bill")
		}
	}
}

// zero tells whether a number was left out or is nothing.
func zero(s string) bool {
	d, err := money.ParseDecimal(s)
	return s == "" || err == nil && d.IsZero()
}

// list reads a blank of several choices.
func list(v string) []string {
	out := []string{}
	for _, p := range strings.Split(v, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// dates reads the period of a contract; one that is over already is refused.
func dates(values map[string]string, today caldate.Date) (from, to caldate.Date, f errs.Fields) {
	read := func(name string) caldate.Date {
		d, err := caldate.Parse(values[name])
		if e := errs.As(err); e != nil {
			f.Add(valuesField+name, "date", e.Zh, e.En)
		}
		return d
	}
	from, to = read("start_date"), read("end_date")
	switch {
	case len(f) > 0:
	case to.Before(from):
		f.Add(valuesField+"end_date", "order", "合同终止日不能早于起始日", "the end date is before the start date")
	case to.Before(today):
		f.Add(valuesField+"end_date", "over", "合同终止日 "+to.String()+" 已经过去，请填写今后的日期", "the end date "+to.String()+" has passed; give a later one")
	}
	return from, to, f
}

// RequiredLicences are the licences that a contract needs, by its kind and by what it may send (L02, A02).
func RequiredLicences(kind Kind, categories []string) []licence.Kind {
	need := []licence.Kind{licence.Business}
	if kind == plan.KindPort {
		need = append(need, licence.Telecom)
	}
	for _, c := range categories {
		if c == "advertising" {
			need = append(need, licence.AdConsent)
		}
	}
	return need
}

// sendsMessages tells the kinds whose customer puts a signature into messages.
func sendsMessages(kind Kind) bool { return kind != plan.KindMaintenance && kind != plan.KindPort }
