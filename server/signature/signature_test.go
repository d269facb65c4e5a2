package signature_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"sealgate/server/contract/contracttest"
	"sealgate/server/customer"
	"sealgate/server/errs"
	"sealgate/server/signature"
)

func TestCheckText_dropsTheBracketsAndRefusesWhatANameHasNot(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"【信闸科技】": "信闸科技", " 信闸 ": "信闸", "AT&T中国": "AT&T中国", "𠮷野家": "𠮷野家", strings.Repeat("信", 16): strings.Repeat("信", 16),
	} {
		var f errs.Fields
		if got := signature.CheckText(&f, in); got != want || len(f) > 0 {
			t.Errorf("%q: %q %v", in, got, f)
		}
	}
	for in, code := range map[string]string{
		"信": "length", strings.Repeat("信", 17): "length", strings.Repeat("信", 10_000): "too_long", "": "missing", "【】": "missing",
		"信闸】【": "bad_character", "信\u200b闸": "bad_character", "信\n闸": "bad_character", "回T退订!": "bad_character", "a\xff": "encoding",
	} {
		var f errs.Fields
		signature.CheckText(&f, in)
		if len(f) != 1 || f[0].Code != code || f[0].Zh == "" || f[0].En == "" {
			t.Errorf("%q: want %s, got %v", in, code, f)
		}
	}
}

func TestSubmit_takesATextOncePerCustomerUnlessItWasRefused(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	a, b := h.Customer(t, contracttest.Sales(), 1), h.Customer(t, contracttest.Sales(), 2)
	submit := func(ctx context.Context, customerID string) (*signature.Signature, error) {
		return h.Signatures.Submit(ctx, customerID, "【信闸科技】", h.Upload(t, ctx, "signature"))
	}
	first, err := submit(contracttest.Sales(), a.ID)
	if err != nil || first.Text != "信闸科技" {
		t.Fatal(err)
	}
	if _, err := submit(contracttest.Sales(), a.ID); !errors.Is(err, signature.ErrTaken) {
		t.Errorf("twice: %v", err)
	}
	if _, err := submit(contracttest.OtherSales(), a.ID); !errors.Is(err, customer.ErrNotFound) {
		t.Errorf("for somebody else's customer: %v", err)
	}
	if _, err := h.Signatures.Submit(contracttest.Sales(), a.ID, "信闸", ""); !errors.Is(err, signature.ErrInvalid) {
		t.Errorf("without proof: %v", err)
	}
	if _, err := h.Signatures.Refuse(contracttest.Reviewer(), first.ID, "证明不清"); err != nil {
		t.Fatal(err)
	}
	again, err := submit(contracttest.Sales(), a.ID)
	if err != nil {
		t.Errorf("a refused text can't be tried again: %v", err)
	}
	if _, err := h.Signatures.Approve(contracttest.Sales(), again.ID); !errors.Is(err, signature.ErrOwn) {
		t.Errorf("own: %v", err)
	}
	if _, err := h.Signatures.Approve(contracttest.Reviewer(), again.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Signatures.Refuse(contracttest.Reviewer(), again.ID, "晚了"); !errors.Is(err, signature.ErrState) {
		t.Errorf("decided twice: %v", err)
	}
	// Another customer may have the same words; the reviewer is told.
	if _, err := submit(contracttest.Sales(), b.ID); err != nil {
		t.Fatal(err)
	}
	items, total, err := h.Signatures.List(contracttest.Reviewer(), signature.Query{States: []signature.State{signature.Submitted}, Limit: 50})
	if err != nil || total != 1 || items[0].UsedByOthers != 1 || items[0].CustomerName != b.Name {
		t.Errorf("%+v %d %v", items, total, err)
	}
	if _, total, _ := h.Signatures.List(contracttest.OtherSales(), signature.Query{Limit: 50}); total != 0 {
		t.Errorf("the list leaks %d", total)
	}
	if _, err := h.Signatures.Get(contracttest.OtherSales(), again.ID); !errors.Is(err, signature.ErrNotFound) {
		t.Errorf("single read leaks: %v", err)
	}
	if _, err := h.Signatures.Approve(contracttest.OtherSales(), again.ID); !errors.Is(err, signature.ErrNotFound) {
		t.Errorf("approval leaks: %v", err)
	}
}

func TestAllot_givesAContractOneCodeForGood(t *testing.T) {
	t.Parallel()
	h := contracttest.New(t, "2026-10-01 09:00")
	allot := func(contractID string) string {
		code, err := h.Signatures.Allot(contracttest.Reviewer(), "c1", contractID)
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	if a, b, again := allot("a"), allot("b"), allot("a"); a != "106900000001" || b != "106900000002" || again != a {
		t.Errorf("%s %s %s", a, b, again)
	}
	for _, n := range []int64{0, -1, 100_000_000} {
		if _, err := signature.Code(n); !errors.Is(err, signature.ErrPoolEmpty) {
			t.Errorf("%d: %v", n, err)
		}
	}
}
