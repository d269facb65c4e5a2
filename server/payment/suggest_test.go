package payment_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/bankfile"
	"sealgate/server/money"
	"sealgate/server/payment"
)

func TestFold_makesSpellingsOfANameEqual(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"甲（北京）科技有限公司", "甲(北京)科技有限公司"}, {"ＡＢＣ 贸易", "abc贸易"}, {"乙 公 司", "乙公司"}, {"丙·丁有限公司", "丙丁有限公司"},
	} {
		if payment.Fold(pair[0]) != payment.Fold(pair[1]) {
			t.Errorf("%q and %q differ: %q %q", pair[0], pair[1], payment.Fold(pair[0]), payment.Fold(pair[1]))
		}
	}
	if payment.Fold("甲有限公司") == payment.Fold("甲有限责任公司") {
		t.Error("two companies became one")
	}
}

func TestNamed_findsNumbersHoweverTheyAreTyped(t *testing.T) {
	t.Parallel()
	r := payment.Named("付款 b-202610-000001，B202611000002 合同HT—2026—000003 客户C-000004 RF-2026-000005 dr-2026-000006")
	if strings.Join(r.Bills, " ") != "B-202610-000001 B-202611-000002" || strings.Join(r.Contracts, " ") != "HT-2026-000003" || strings.Join(r.Customers, " ") != "C-000004" ||
		strings.Join(r.Refunds, " ") != "RF-2026-000005" || strings.Join(r.Deposits, " ") != "DR-2026-000006" {
		t.Fatalf("%+v", r)
	}
}

func who() []payment.Candidate {
	return []payment.Candidate{
		{CustomerID: "k1", Number: "C-000001", Name: "甲（北京）科技有限公司", Contracts: []string{"HT-2026-000001"}, Aliases: []string{payment.Fold("张三")}, Accounts: []string{"6217001"},
			Bills: []payment.OpenBill{{ID: "b1", Number: "B-202610-000001", Owed: 10000}, {ID: "b2", Number: "B-202611-000001", Owed: 5000}, {ID: "b3", Number: "B-202612-000001", Owed: 700}}},
		{CustomerID: "k2", Number: "C-000002", Name: "乙公司", Contracts: []string{"HT-2026-000002"}, Bills: []payment.OpenBill{{ID: "b4", Number: "B-202610-000002", Owed: 10000}}},
		{CustomerID: "k3", Number: "C-000003", Name: "丙公司", Closed: true, Contracts: []string{"HT-2026-000003"}},
	}
}

func TestSuggestPayments_givesReasonsAndNeverGoesByAmountAlone(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name          string
		line          payment.BankLine
		want, reasons string
		sure          bool
		bills         int
	}{
		{"amount alone", payment.BankLine{AmountFen: 10000, PayerName: "路人"}, "", "", false, 0},
		{"bill, name and amount", payment.BankLine{AmountFen: 10000, PayerName: "甲(北京)科技有限公司", Purpose: "B-202610-000001"}, "k1", "bill_number name amount_named", true, 1},
		{"bill by another payer", payment.BankLine{AmountFen: 10000, PayerName: "李四", Purpose: "代付B-202610-000002"}, "k2", "bill_number amount_named other_payer", false, 1},
		{"name and the sum of the two oldest", payment.BankLine{AmountFen: 15000, PayerName: "甲（北京）科技有限公司"}, "k1", "name amount_sum", true, 2},
		{"name and all", payment.BankLine{AmountFen: 15700, PayerName: "甲（北京）科技有限公司"}, "k1", "name amount_all", true, 3},
		{"name and a newer bill", payment.BankLine{AmountFen: 5000, PayerName: "甲（北京）科技有限公司"}, "k1", "name amount_bill", true, 1},
		{"name, a part", payment.BankLine{AmountFen: 300, PayerName: "乙公司"}, "k2", "name partial", false, 1},
		{"name, more than all", payment.BankLine{AmountFen: 20000, PayerName: "乙公司"}, "k2", "name over", false, 1},
		{"alias and amount", payment.BankLine{AmountFen: 700, PayerName: "张 三"}, "k1", "alias amount_bill", true, 1},
		{"account and contract", payment.BankLine{AmountFen: 1, PayerName: "张三丰", PayerAccount: "6217001", Purpose: "HT2026000001"}, "k1", "contract_number account partial", true, 1},
		{"customer's number", payment.BankLine{AmountFen: 10000, Purpose: "C-000002"}, "k2", "customer_number amount_all", false, 1},
		{"closed customer", payment.BankLine{AmountFen: 10000, PayerName: "丙公司"}, "k3", "name nothing_owed closed", false, 0},
	}
	for _, c := range cases {
		got := payment.SuggestPayments(&c.line, who())
		if c.want == "" {
			if len(got) > 0 {
				t.Errorf("%s: %+v", c.name, got)
			}
			continue
		}
		if len(got) == 0 || got[0].CustomerID != c.want {
			t.Errorf("%s: %+v", c.name, got)
			continue
		}
		var codes []string
		for _, r := range got[0].Reasons {
			codes = append(codes, r.Code)
		}
		if strings.Join(codes, " ") != c.reasons || got[0].Sure != c.sure || len(got[0].Bills) != c.bills {
			t.Errorf("%s: %v sure=%v %d bills, want %s %v %d", c.name, codes, got[0].Sure, len(got[0].Bills), c.reasons, c.sure, c.bills)
		}
	}
	// The purpose names one customer's bill, the payer is another customer: neither is sure.
	mixed := payment.BankLine{AmountFen: 10000, PayerName: "乙公司", Purpose: "B-202610-000001"}
	got := payment.SuggestPayments(&mixed, who())
	if len(got) != 2 {
		t.Fatalf("%+v", got)
	}
	for _, s := range got {
		if s.CustomerID == "k1" && s.Sure {
			t.Errorf("sure although another pays: %+v", s)
		}
	}
}

func TestSuggestPayments_neverSuggestsWhomNothingIdentifies(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := payment.BankLine{AmountFen: money.Fen(rapid.SampledFrom([]int64{10000, 5000, 700, 15000, 15700, 1}).Draw(t, "amount")),
			PayerName: rapid.SampledFrom([]string{"", "路人", "甲", "公司"}).Draw(t, "name"), Purpose: rapid.StringMatching(`[a-z0-9 ]{0,20}`).Draw(t, "purpose"), Direction: bankfile.In}
		if got := payment.SuggestPayments(&l, who()); len(got) > 0 {
			t.Fatalf("%+v for %+v", got, l)
		}
	})
}

func TestCanMoveRefund_knowsTheLifeCycle(t *testing.T) {
	t.Parallel()
	all := []payment.RefundState{payment.RefundRequested, payment.RefundApproved, payment.RefundRejected, payment.RefundCancelled, payment.RefundPaid, payment.RefundReturned}
	want := map[string]bool{"requested approved": true, "requested rejected": true, "approved paid": true, "approved cancelled": true, "paid returned": true, "paid approved": true}
	for _, a := range all {
		for _, b := range all {
			if got := payment.CanMoveRefund(a, b); got != want[string(a)+" "+string(b)] {
				t.Errorf("%s → %s: %v", a, b, got)
			}
		}
	}
}
