package serviceterms_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"sealgate/server/acceptance"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/contract/contracttest"
	"sealgate/server/contracttemplate"
	"sealgate/server/errs"
	"sealgate/server/money"
	"sealgate/server/plan"
	"sealgate/server/serviceterms"
	"sealgate/server/testkit"
	"sealgate/templates"
)

func day(s string) caldate.Date { return caldate.MustParse(s) }

// house has the terms, and two customers that are served.
type house struct {
	*contracttest.House
	terms     *serviceterms.Service
	customers []string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{House: contracttest.New(t, "2026-10-01 09:00")}
	registry, err := contracttemplate.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	p := contracttest.Provider()
	h.terms = serviceterms.New(h.DB, h.Clock, h.Trail, serviceterms.Deps{
		Acceptances: h.Accepted, Customers: h.Customers, Documents: h.Documents, Notices: h.Notices, Templates: registry,
		Configured: map[string]string{"provider_name": p.Name, "provider_uscc": p.USCC, "provider_address": p.Address},
	})
	for n := 1; n <= 2; n++ {
		id := h.Customer(t, contracttest.Sales(), n).ID
		terms := plan.Defaults(plan.KindPostpaid)
		terms.Price = money.MustDecimal("0.05")
		_, err := h.Contracts.Adopt(testkit.System(), contract.Adoption{CustomerID: id, Terms: terms, Start: day("2026-10-01"), End: day("2027-09-30")})
		if err != nil {
			t.Fatal(err)
		}
		h.customers = append(h.customers, id)
	}
	return h
}

// to moves the clock to 09:00 of a day.
func (h *house) to(t *testing.T, d string) {
	t.Helper()
	h.Fake.Advance(day(d).At(9, 0).Sub(h.Clock.Now()))
	if h.Clock.Today() != day(d) {
		t.Fatalf("the clock stands at %s", h.Clock.Now().Format(time.RFC3339))
	}
}

func text(from string) serviceterms.Text {
	return serviceterms.Text{
		Values:  map[string]string{"effective_from": from, "prices": `[["短信","0.05 元/条","按成功发送计"]]`, "jurisdiction": "court", "jurisdiction_name": "昆明市五华区人民法院"},
		Changes: "首次发布", UseAccepts: true,
	}
}

// announced drafts a version by one person and announces it by another.
func (h *house) announced(t *testing.T, from string) *serviceterms.Version {
	t.Helper()
	v, err := h.terms.Draft(contracttest.Lead(), text(from))
	if err != nil {
		t.Fatal(err)
	}
	if v, err = h.terms.Announce(testkit.As("chief", "compliance_lead"), v.ID, day(from)); err != nil {
		t.Fatal(err)
	}
	return v
}

func wants(t *testing.T, err error, e *errs.Error) {
	t.Helper()
	if !errors.Is(err, e) {
		t.Errorf("%v, want %s", err, e.Code)
	}
}

func TestAnnounce_refusesOwnTermsAndLateOnes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v, err := h.terms.Draft(contracttest.Lead(), text("2026-10-01"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.terms.Draft(contracttest.Lead(), text("2026-10-01"))
	wants(t, err, serviceterms.ErrOpen)
	_, err = h.terms.Announce(contracttest.Lead(), v.ID, day("2026-10-01"))
	wants(t, err, serviceterms.ErrOwn)
	other := testkit.As("chief", "compliance_lead")
	_, err = h.terms.Announce(other, v.ID, day("2026-10-02")) // another day than the text says
	wants(t, err, serviceterms.ErrEffective)
	_, err = h.terms.Revise(contracttest.Lead(), v.ID, v.Version+1, text("2026-10-01"))
	wants(t, err, serviceterms.ErrStale)
	if v, err = h.terms.Announce(other, v.ID, day("2026-10-01")); err != nil || v.State != serviceterms.Announced || v.SHA256 == "" {
		t.Fatalf("%+v %v", v, err)
	}
	_, err = h.terms.Revise(contracttest.Lead(), v.ID, 0, text("2026-10-01"))
	wants(t, err, serviceterms.ErrState)
	second, err := h.terms.Draft(contracttest.Lead(), text("2026-10-30"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.terms.Announce(other, second.ID, day("2026-10-30")) // 29 days ahead
	wants(t, err, serviceterms.ErrEffective)
	bad := text("2026-02-30")
	bad.Values["jurisdiction_name"] = strings.Repeat("长", 10_000)
	_, err = h.terms.Revise(contracttest.Lead(), second.ID, 0, bad)
	wants(t, err, serviceterms.ErrInvalid)
	var house *errs.Error
	if errors.As(err, &house) && len(house.Fields) < 2 {
		t.Errorf("not every wrong field is told: %+v", house.Fields)
	}
	if found, err := h.terms.Verify(testkit.System()); err != nil || len(found) > 0 {
		t.Errorf("%v %+v", err, found)
	}
}

func TestStory_aNewVersionIsAcceptedByAClickByUseOrNotAtAll(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.announced(t, "2026-10-01")
	one, two := contracttest.Buyer(h.customers[0]), contracttest.Buyer(h.customers[1])
	_, err := h.terms.Accept(contracttest.Sales(), first.ID, acceptance.Given{Agree: true, SHA256: first.SHA256})
	wants(t, err, serviceterms.ErrCustomer)
	_, err = h.terms.Accept(one, first.ID, acceptance.Given{Agree: true, SHA256: strings.Repeat("0", 64)})
	wants(t, err, acceptance.ErrText)
	a, err := h.terms.Accept(one, first.ID, acceptance.Given{Agree: true, SHA256: first.SHA256}) // 1 Oct
	if err != nil || a.Reference != "TOS-1" || !strings.Contains(a.Statement, "客户1有限公司") {
		t.Fatalf("%+v %v", a, err)
	}
	_, err = h.terms.Accept(one, first.ID, acceptance.Given{Agree: true, SHA256: first.SHA256})
	wants(t, err, serviceterms.ErrAccepted)

	h.to(t, "2026-10-10") // 10 Oct: the second version, for 10 Nov
	second := h.announced(t, "2026-11-10")
	if now, _ := h.terms.InForce(testkit.System(), day("2026-11-09")); now.ID != first.ID {
		t.Errorf("the day before: %+v", now)
	}
	h.to(t, "2026-11-01") // 1 Nov: one customer objects
	if _, err := h.terms.Object(two, second.ID, "价格过高"); err != nil {
		t.Fatal(err)
	}
	_, err = h.terms.Object(two, second.ID, "价格过高")
	wants(t, err, serviceterms.ErrObjected)
	h.to(t, "2026-11-10") // 10 Nov: it is in force; both go on sending
	_, err = h.terms.Object(one, second.ID, "晚了")
	wants(t, err, serviceterms.ErrLate)
	for n, id := range h.customers {
		h.submitted(t, n, id)
	}
	for range 2 {
		if _, err := h.terms.RunDay(testkit.System(), day("2026-11-11")); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := h.terms.Standings(testkit.System(), second.ID)
	if err != nil || len(rows) != 2 {
		t.Fatalf("%+v %v", rows, err)
	}
	for _, r := range rows {
		switch r.CustomerID {
		case h.customers[0]:
			if r.Accepted == nil || r.Accepted.How != acceptance.Use || r.Accepted.UserName != "人1" || !strings.Contains(r.Accepted.Note, "B1") {
				t.Errorf("who went on is told as %+v", r.Accepted)
			}
		case h.customers[1]:
			if r.Accepted != nil || r.Objection == nil {
				t.Errorf("who objected accepted by use: %+v", r)
			}
		}
	}
	if mine, err := h.terms.Standings(two, second.ID); err != nil || len(mine) != 1 {
		t.Errorf("a customer sees %d customers", len(mine))
	}
	for _, verify := range []func(context.Context) (int, error){
		func(ctx context.Context) (int, error) { f, err := h.terms.Verify(ctx); return len(f), err },
		func(ctx context.Context) (int, error) { f, err := h.Accepted.Verify(ctx); return len(f), err },
	} {
		if n, err := verify(testkit.System()); err != nil || n > 0 {
			t.Errorf("%d violations, %v", n, err)
		}
	}
}

// submitted has a person of a customer submit a batch now.
func (h *house) submitted(t *testing.T, n int, customerID string) {
	t.Helper()
	user := "user" + customerID[len(customerID)-8:]
	name := []string{"人1", "人2"}[n]
	insert(t, h, "users", map[string]any{"id": user, "login": user, "name": name, "password_hash": "x", "state": "active", "customer_id": customerID})
	insert(t, h, "batches", map[string]any{
		"id": "batch" + user, "number": "B" + []string{"1", "2"}[n], "customer_id": customerID, "submitter_id": user, "submitter_name": name, "created_at": h.Clock.Instant().Ms(),
	})
}

// insert writes a row of a table of which only some columns matter here.
func insert(t *testing.T, h *house, table string, row map[string]any) {
	t.Helper()
	columns, err := h.DB.Q(context.Background()).Migrator().ColumnTypes(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range columns {
		if _, ok := row[c.Name()]; ok {
			continue
		}
		if nullable, ok := c.Nullable(); ok && nullable {
			continue
		}
		row[c.Name()] = ""
		if kind := strings.ToUpper(c.DatabaseTypeName()); strings.Contains(kind, "INT") {
			row[c.Name()] = 0
		}
	}
	if err := h.DB.Run(context.Background(), func(ctx context.Context) error { return h.DB.Q(ctx).Table(table).Create(row).Error }); err != nil {
		t.Fatal(err)
	}
}
