// Package contracttest gives tests customers, licences, signatures and contracts that went the real way: through the
// services, by the people who may, each act by the right person.
package contracttest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"testing"

	"github.com/jonboulle/clockwork"

	"sealgate/server/acceptance"
	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/catalogue"
	"sealgate/server/contract"
	"sealgate/server/contracttemplate"
	"sealgate/server/customer"
	"sealgate/server/document"
	"sealgate/server/errs"
	"sealgate/server/esign"
	"sealgate/server/ledger"
	"sealgate/server/licence"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/numbers"
	"sealgate/server/paper"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/registration"
	"sealgate/server/testkit"
	"sealgate/server/trail"
	"sealgate/templates"
)

// House is the part of the program that contracts stand on, on a database of its own.
type House struct {
	DB         *db.DB
	Clock      clock.Clock
	Fake       *clockwork.FakeClock
	Trail      *trail.Trail
	Blobs      *blob.Store
	Documents  *document.Service
	Notices    *notice.Service
	Customers  *customer.Service
	Licences   *licence.Service
	Signatures *registration.Service
	Numbers    *numbers.Service
	Ledger     *ledger.Service
	Plans      *catalogue.Service
	Contracts  *contract.Service
	Accepted   *acceptance.Service
	ESign      *esign.Service
}

// New builds the house with its clock at a time such as "2026-09-20 09:00".
func New(t testing.TB, at string) *House {
	t.Helper()
	c, fake := testkit.Clock(t, at)
	return Over(t, testkit.DB(t), c, fake)
}

// Over builds the house over a database and a clock.
func Over(t testing.TB, d *db.DB, c clock.Clock, fake *clockwork.FakeClock) *House {
	t.Helper()
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := templates.Notices()
	if err != nil {
		t.Fatal(err)
	}
	registry, err := contracttemplate.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	h := &House{DB: d, Clock: c, Fake: fake, Blobs: blobs}
	h.Trail = trail.New(d, c)
	h.Documents = document.New(d, c, h.Trail, blobs)
	h.Notices = notice.New(d, c, texts)
	h.Customers = customer.New(d, c, h.Trail, h.Notices)
	h.Licences = licence.New(d, c, h.Trail, h.Customers, h.Documents, h.Notices)
	h.Ledger = ledger.New(d, c)
	h.Plans = catalogue.New(d, c, h.Trail)
	master, err := crypt.NewMaster(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	keys := crypt.New(d, c, master)
	h.wireChain(t, keys)
	h.Accepted = acceptance.New(d, c, h.Trail)
	h.ESign = esign.New(d, c, h.Trail, esign.NewLocal(d, c, keys, Provider().Name))
	h.ESign.UsePeople(passwords{})
	h.Contracts = contract.New(d, c, h.Trail, contract.Deps{
		Acceptances: h.Accepted, ESign: h.ESign,
		Customers: h.Customers, Licences: h.Licences, Signatures: h.Signatures, Numbers: h.Numbers, Documents: h.Documents, Notices: h.Notices,
		Templates: registry, Plans: h.Plans, Provider: Provider(), Ledger: h.Ledger,
	})
	return h
}

// Password is the one that everybody has.
const Password = "correct horse"

// ErrPassword is what a wrong one gives.
var ErrPassword = errs.Invalid("test.password", "密码不对", "wrong password")

type passwords struct{}

// Reauthenticate implements esign.People.
func (passwords) Reauthenticate(_ context.Context, password string) error {
	if password != Password {
		return ErrPassword
	}
	return nil
}

// Buyer is a person of a customer at the portal.
func Buyer(customerID string) context.Context {
	return actor.With(context.Background(), actor.Actor{
		UserID: "buyer-" + customerID[len(customerID)-6:], Login: "buyer", Name: "李娜", Roles: []string{"customer"}, CustomerID: customerID, Scope: actor.Scope{CustomerID: customerID},
		IP: "203.0.113.7", UserAgent: "Mozilla/5.0 (test)", RequestID: "req-buyer",
	})
}

// Provider is the company on our side of test contracts.
func Provider() paper.Party {
	return paper.Party{
		Name: "信闸演示通信有限公司", USCC: USCC(1), Address: "成都市高新区示范路1号", Phone: "028-85550000",
		BankName: "示范银行成都高新支行", BankAccount: "6222000000000000001",
	}
}

// The people of the tests.
func Sales() context.Context      { return testkit.As("sales", "sales") }
func OtherSales() context.Context { return testkit.As("sales2", "sales") }
func Reviewer() context.Context   { return testkit.As("reviewer", "compliance_reviewer") }
func Lead() context.Context       { return testkit.As("lead", "sales_lead") }

// USCC is the n-th valid unified social credit code.
func USCC(n int) string {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	body := fmt.Sprintf("91510100%09d", n)
	sum, weight := 0, 1
	for _, r := range body {
		sum += bytes.IndexByte([]byte(alphabet), byte(r)) * weight
		weight = weight * 3 % 31
	}
	return body + string(alphabet[(31-sum%31)%31])
}

// Details are a customer's, complete and valid; n makes the credit code.
func Details(n int) customer.Details {
	return customer.Details{
		Name: fmt.Sprintf("客户%d有限公司", n), USCC: USCC(100 + n), Address: "昆明市五华区示范路 8 号", LegalRep: "王芳", Industry: "零售",
		BankName: "示范银行昆明分行", BankAccount: fmt.Sprintf("530100%010d", n),
		Contacts: []customer.Contact{{Name: "李娜", Phone: "13812345678", Email: "li.na@example.com"}},
	}
}

// Customer registers the n-th customer for the sales person of ctx.
func (h *House) Customer(t testing.TB, ctx context.Context, n int) *customer.Customer {
	t.Helper()
	c, err := h.Customers.Register(ctx, Details(n))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// PDF is a small file that is a PDF.
func PDF() []byte { return []byte("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n") }

// Upload stores a scan for the person of ctx.
func (h *House) Upload(t testing.TB, ctx context.Context, purpose string) string {
	t.Helper()
	d, err := h.Documents.Store(ctx, purpose+".pdf", purpose, bytes.NewReader(PDF()))
	if err != nil {
		t.Fatal(err)
	}
	return d.ID
}

// Licence submits and verifies a licence; to may be "" for one without an end.
func (h *House) Licence(t testing.TB, customerID string, kind licence.Kind, from, to string) *licence.Licence {
	t.Helper()
	s := licence.Submission{Kind: kind, Number: "91530100MA6", Issuer: "市场监督管理局", ValidFrom: caldate.MustParse(from), DocumentID: h.Upload(t, Sales(), "licence")}
	if to != "" {
		s.ValidTo = caldate.MustParse(to)
	}
	l, err := h.Licences.Submit(Sales(), customerID, s)
	if err != nil {
		t.Fatal(err)
	}
	if l, err = h.Licences.Verify(Reviewer(), l.ID); err != nil {
		t.Fatal(err)
	}
	return l
}

// Values fill the package template for a year from start; more replaces single blanks.
func Values(start, end string, more map[string]string) map[string]string {
	v := map[string]string{
		"start_date": start, "end_date": end, "rent": "100.00", "included": "1000", "overage": "0.085", "deposit": "0.00", "daily_cap": "1000",
		"window_from_day": "5", "window_to_day": "15", "grace_days": "10", "late_fee_rate": "0.003",
		"signing_place": "云南省昆明市五华区", "jurisdiction": "court", "jurisdiction_name": "昆明市五华区人民法院",
	}
	maps.Copy(v, more)
	return v
}

// Draft registers a package contract.
func (h *House) Draft(t testing.TB, customerID, start, end string, more map[string]string) *contract.Contract {
	t.Helper()
	c, err := h.Contracts.Draft(Sales(), contract.Registration{CustomerID: customerID, TemplateID: "package", TemplateVersion: 1, Values: Values(start, end, more)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Approve brings a draft to the signatures.
func (h *House) Approve(t testing.TB, id string) *contract.Contract {
	t.Helper()
	c, err := h.Contracts.Submit(Sales(), id)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = h.Contracts.Approve(Reviewer(), id, c.Version); err != nil {
		t.Fatal(err)
	}
	return c
}

// Sign records and confirms the signing of both sides today.
func (h *House) Sign(t testing.TB, id string) *contract.Contract {
	t.Helper()
	_, err := h.Contracts.RecordSigning(Sales(), id, contract.Signed{
		DocumentID: h.Upload(t, Sales(), "contract_scan"), SignedOn: h.Clock.Today(),
		Signers: map[contract.Side]string{contract.CustomerSide: "王芳", contract.ProviderSide: "赵强"},
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.Contracts.ConfirmSigning(Reviewer(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Active makes a package contract of a customer, with licence and signature, that is in force from today until end.
func (h *House) Active(t testing.TB, customerID, end string, more map[string]string) *contract.Contract {
	t.Helper()
	today := h.Clock.Today().String()
	if ls, err := h.Licences.Valid(testkit.System(), customerID, h.Clock.Today()); err != nil || len(ls) == 0 {
		h.Licence(t, customerID, licence.Business, "2020-01-01", "")
	}
	if gs, err := h.Signatures.Approved(testkit.System(), customerID); err != nil || len(gs) == 0 {
		h.Signature(t, customerID, "信闸科技")
	}
	c := h.Draft(t, customerID, today, end, more)
	h.Approve(t, c.ID)
	if c = h.Sign(t, c.ID); c.State != contract.Active {
		t.Fatalf("contract is %s", c.State)
	}
	return c
}

// Deposit posts that a deposit was received (or, negative, returned) and tells the contract, as package deposit does.
func (h *House) Deposit(t testing.TB, id string, amount money.Fen) {
	t.Helper()
	err := h.DB.Run(testkit.As("cashier", "finance"), func(ctx context.Context) error {
		c, err := h.Contracts.Get(ctx, id)
		if err != nil {
			return err
		}
		err = h.Ledger.Post(ctx, ledger.Entry{
			Key: "deposit:" + ids.New(), Kind: ledger.KindDeposit, On: h.Clock.Today(), CustomerID: c.CustomerID, ContractID: id,
			Lines: []ledger.Line{ledger.Dr(ledger.Bank, amount), ledger.Cr(ledger.Deposit, amount)},
		})
		if err != nil {
			return err
		}
		return h.Contracts.DepositChanged(ctx, id)
	})
	if err != nil {
		t.Fatal(err)
	}
}
