package contract

import (
	"strconv"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/contracttemplate"
	"sealgate/server/customer"
	"sealgate/server/errs"
	"sealgate/server/licence"
	"sealgate/server/money"
	"sealgate/server/paper"
	"sealgate/server/plan"
)

// valuesField is how a wrong blank is named in an error: the path of the API.
const valuesField = "values."

// recorded are the blanks that the customer's record fills. Those of the first group must say exactly what the record
// says, because it was checked against the licence; the rest may differ in a contract.
func recorded(c *customer.Customer) (fixed, offered map[string]string) {
	fixed = map[string]string{"customer_name": c.Name, "customer_uscc": c.USCC}
	offered = map[string]string{
		"customer_address": c.Address, "customer_legal_rep": c.LegalRep,
		"customer_bank_name": c.BankName, "customer_bank_account": c.BankAccount,
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
	"rent_fen": "rent", "amount_fen": "amount", "deposit_fen": "deposit", "window.from": "window_from_day", "window.to": "window_to_day",
	"late_fee.rate": "late_fee_rate", "renewal.years": "renew_years", "renewal.objection_days": "objection_days",
}

// terms reads the billing terms out of the blanks, over those of the plan or the defaults of the kind. The template has checked the form of
// each value; what still can't be read, or can't stand together, is given as fields.
func terms(t plan.Terms, values map[string]string) (plan.Terms, errs.Fields) {
	var f errs.Fields
	bad := func(name string, err error) {
		if e := errs.As(err); e != nil {
			f.Add(valuesField+name, "invalid", e.Zh, e.En)
		} else {
			f.Add(valuesField+name, "invalid", "请填写整数，例如 1000", "write a whole number such as 1000")
		}
	}
	yuan := func(name string, to *money.Fen) {
		if v := values[name]; v != "" {
			n, err := money.ParseYuan(v)
			if err != nil {
				bad(name, err)
				return
			}
			*to = n
		}
	}
	decimal := func(name string, to *money.Decimal) {
		if v := values[name]; v != "" {
			n, err := money.ParseDecimal(v)
			if err != nil {
				bad(name, err)
				return
			}
			*to = n
		}
	}
	whole := func(name string, to *int64) {
		if v := values[name]; v != "" {
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				bad(name, err)
				return
			}
			*to = n
		}
	}
	small := func(name string, to *int) {
		n := int64(*to)
		whole(name, &n)
		if n < -1<<31 || n > 1<<31 {
			n = 1 << 31
		}
		*to = int(n)
	}
	yuan("amount", &t.Amount)
	yuan("rent", &t.Rent)
	yuan("deposit", &t.Deposit)
	whole("included", &t.Included)
	whole("daily_cap", &t.DailyCap)
	decimal("overage", &t.Overage)
	decimal("late_fee_rate", &t.LateFee.Rate)
	if t.LateFee.Rate.IsZero() {
		t.LateFee.Model = plan.LateFeeNone
	}
	small("window_from_day", &t.Window.From)
	small("window_to_day", &t.Window.To)
	small("grace_days", &t.GraceDays)
	small("plan_change_cutoff", &t.ChangeUntil)
	small("renew_years", &t.Renewal.Years)
	small("objection_days", &t.Renewal.ObjectionDays)
	t.Renewal.Auto = values["auto_renew"] == "yes"
	if !t.Renewal.Auto {
		t.Renewal.Years = 0
	}
	if v := values["first_month"]; v != "" {
		t.FirstMonth = plan.Proration(v)
	}
	if len(f) > 0 {
		return t, f
	}
	for _, e := range t.Check() {
		if name, ok := blankOf[e.Field]; ok {
			e.Field = name
		}
		e.Field = valuesField + e.Field
		f = append(f, e)
	}
	return t, f
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
