package contracttest

import (
	"context"
	"testing"

	"sealgate/configs"
	"sealgate/server/caldate"
	"sealgate/server/numbers"
	"sealgate/server/platform/crypt"
	"sealgate/server/registration"
	"sealgate/server/workday"
)

// wireChain makes the services of registrations and sender numbers.
func (h *House) wireChain(t testing.TB, keys *crypt.Keys) {
	t.Helper()
	carriers, err := registration.LoadCarriers(configs.FS)
	if err != nil {
		t.Fatal(err)
	}
	pool, err := numbers.LoadPool(configs.FS)
	if err != nil {
		t.Fatal(err)
	}
	h.Signatures = registration.New(h.DB, h.Clock, h.Trail, registration.Deps{
		Customers: h.Customers, Licences: h.Licences, Documents: h.Documents, Notices: h.Notices, Workdays: workday.New(h.DB, h.Clock, h.Trail), Keys: keys, Carriers: carriers,
	})
	h.Numbers = numbers.New(h.DB, h.Clock, h.Trail, pool)
}

// Handler is a person who acts for a customer, with a letter of authorisation for two years.
func Handler(today caldate.Date) registration.Handler {
	return registration.Handler{Name: "王小明", IDNumber: "110101199003070038", Phone: "13900139000", AuthorisedFrom: today, AuthorisedTo: today.AddYears(2)}
}

// Qualification submits a qualification, as yet undecided.
func (h *House) Qualification(t testing.TB, ctx context.Context, customerID, name string) *registration.Record {
	t.Helper()
	return h.Register(t, ctx, customerID, registration.Submission{
		Kind: registration.Qualification, Text: name, DocumentID: h.Upload(t, ctx, "authorisation"), Handler: Handler(h.Clock.Today()),
	})
}

// Register submits a record of the chain.
func (h *House) Register(t testing.TB, ctx context.Context, customerID string, n registration.Submission) *registration.Record {
	t.Helper()
	r, err := h.Signatures.Submit(ctx, customerID, n)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Passed approves a record as the reviewer.
func (h *House) Passed(t testing.TB, id string) *registration.Record {
	t.Helper()
	r, err := h.Signatures.Approve(Reviewer(), id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Signature registers and approves a signature, with the qualification that it hangs on.
func (h *House) Signature(t testing.TB, customerID, text string) *registration.Record {
	t.Helper()
	q := h.Passed(t, h.Qualification(t, Sales(), customerID, "资质："+text).ID)
	return h.Passed(t, h.Register(t, Sales(), customerID, registration.Submission{
		Kind: registration.Signature, ParentID: q.ID, Text: text, Detail: registration.Detail{Source: registration.Company}, DocumentID: h.Upload(t, Sales(), "signature"),
	}).ID)
}

// Accept has every carrier accept what is queued.
func (h *House) Accept(t testing.TB) {
	t.Helper()
	for _, c := range h.Signatures.Carriers.List {
		sheets, err := h.Signatures.MakeSheets(Reviewer(), c.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sheets {
			if _, err := h.Signatures.AnswerSheet(Reviewer(), s.ID, registration.Answer{State: registration.Accepted}); err != nil {
				t.Fatal(err)
			}
		}
	}
}
