package customer_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sealgate/server/contract/contracttest"
	"sealgate/server/customer"
	"sealgate/server/errs"
)

func fields(err error) []string {
	var out []string
	if e := errs.As(err); e != nil {
		for _, f := range e.Fields {
			if f.Zh == "" || f.En == "" {
				out = append(out, f.Field+" lacks a language")
			}
			out = append(out, f.Field+":"+f.Code)
		}
	}
	return out
}

func TestRegister_givesEveryWrongFieldAtOnceAndTakesNoNumber(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-09-20 09:00")
	_, err := h.Customers.Register(contracttest.Sales(), customer.Details{
		Name: strings.Repeat("名", 10_000), USCC: "91350100M000100Y44", LegalRep: "王\u200b芳", BankAccount: "6.22E+18", BankName: "示范银行",
		Contacts: []customer.Contact{{Name: "李娜", Phone: "1.38E+10", Email: "li.na"}, {}},
	})
	if !errors.Is(err, customer.ErrInvalid) {
		t.Fatal(err)
	}
	want := []string{
		"name:too_long", "address:missing", "legal_rep:bad_character", "bank_account:bank_account", "uscc:check_digit",
		"contacts[0].phone:phone", "contacts[0].email:email", "contacts[1].name:missing", "contacts[1].phone:missing",
	}
	if got := fields(err); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if c := h.Customer(t, contracttest.Sales(), 1); c.Number != "C-000001" || c.OwnerID != "u-sales" {
		t.Errorf("%+v", c)
	}
}

func TestRegister_keepsRareCharactersAndRefusesACodeTwice(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-09-20 09:00")
	d := contracttest.Details(1)
	d.Name, d.LegalRep = "𠮷野家（昆明）有限公司", "𡈽䶮"
	c, err := h.Customers.Register(contracttest.Sales(), d)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := h.Customers.Get(contracttest.Sales(), c.ID); err != nil || got.Name != d.Name || got.LegalRep != d.LegalRep || got.Contacts[0].Phone != "13812345678" {
		t.Errorf("%+v %v", got, err)
	}
	d.Name = "另一家"
	_, err = h.Customers.Register(contracttest.OtherSales(), d) // not among this person's customers, and yet taken
	if !errors.Is(err, customer.ErrUSCCTaken) || !slices.Equal(fields(err), []string{"uscc:taken"}) {
		t.Fatalf("%v", err)
	}
	if c := h.Customer(t, contracttest.Sales(), 2); c.Number != "C-000002" {
		t.Errorf("a refused registration left a gap: %s", c.Number)
	}
}

func TestChange_isMadeOnTheVersionThatWasRead(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-09-20 09:00")
	c := h.Customer(t, contracttest.Sales(), 1)
	next, err := h.Customers.Change(contracttest.Sales(), c.ID, 1, func(d *customer.Details) { d.Address = "新地址 1 号" })
	if err != nil || next.Version != 2 || next.Address != "新地址 1 号" || next.Name != c.Name {
		t.Fatalf("%+v %v", next, err)
	}
	if _, err := h.Customers.Change(contracttest.Lead(), c.ID, 1, func(d *customer.Details) { d.Address = "旧" }); !errors.Is(err, customer.ErrStale) {
		t.Errorf("an outdated version was changed: %v", err)
	}
	if _, err := h.Customers.Change(contracttest.Sales(), c.ID, 2, func(d *customer.Details) { d.USCC = "1" }); !errors.Is(err, customer.ErrInvalid) {
		t.Errorf("%v", err)
	}
	same, err := h.Customers.Change(contracttest.Sales(), c.ID, 2, func(*customer.Details) {})
	if err != nil || same.Version != 2 {
		t.Errorf("nothing changed and yet it is version %d %v", same.Version, err)
	}
	if _, err := h.Customers.Change(contracttest.OtherSales(), c.ID, 2, func(*customer.Details) {}); !errors.Is(err, customer.ErrNotFound) {
		t.Errorf("somebody else's customer: %v", err)
	}
}

func TestList_showsOwnCustomersInListCountAndSearch(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-09-20 09:00")
	a, b := h.Customer(t, contracttest.Sales(), 1), h.Customer(t, contracttest.OtherSales(), 2)
	list := func(who string, q string) (names []string, total int64) {
		ctx := contracttest.Sales()
		if who == "lead" {
			ctx = contracttest.Lead()
		}
		items, total, err := h.Customers.List(ctx, customer.Query{Search: q, Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range items {
			names = append(names, c.Number)
		}
		return names, total
	}
	if got, total := list("sales", ""); !slices.Equal(got, []string{a.Number}) || total != 1 {
		t.Errorf("sales: %v of %d", got, total)
	}
	if got, total := list("lead", ""); !slices.Equal(got, []string{b.Number, a.Number}) || total != 2 {
		t.Errorf("lead: %v of %d", got, total)
	}
	for q, want := range map[string]int{"客户2": 0, a.USCC[:10]: 1, strings.ToLower(a.USCC): 1, "c-0000": 1, "%": 0, "_": 0, "' OR 1=1 --": 0, "有限公司": 1} {
		if got, total := list("sales", q); len(got) != want || total != int64(want) {
			t.Errorf("search %q: %v of %d", q, got, total)
		}
	}
	if _, err := h.Customers.Get(contracttest.Sales(), b.ID); !errors.Is(err, customer.ErrNotFound) {
		t.Errorf("single read leaks: %v", err)
	}
	page, total, err := h.Customers.List(contracttest.Lead(), customer.Query{Limit: 1, Cursor: b.ID})
	if err != nil || len(page) != 1 || page[0].ID != a.ID || total != 2 {
		t.Errorf("second page: %v %d %v", page, total, err)
	}
}

func TestVerify_findsAGapInTheNumbers(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-09-20 09:00")
	for n := range 3 {
		h.Customer(t, contracttest.Sales(), n+1)
	}
	if found, err := h.Customers.Verify(contracttest.Lead()); err != nil || len(found) > 0 {
		t.Fatalf("%+v %v", found, err)
	}
	if _, err := h.DB.SQL().Exec("DELETE FROM customers WHERE number = 'C-000002'"); err != nil {
		t.Fatal(err)
	}
	if found, err := h.Customers.Verify(contracttest.Lead()); err != nil || len(found) != 1 || found[0].Invariant != 7 {
		t.Errorf("%+v %v", found, err)
	}
}
