package corner_test

import (
	"strings"
	"testing"

	"sealgate/server/caldate"
	"sealgate/server/corner"
	"sealgate/server/money"
	"sealgate/server/payment"
)

func TestSuggest_putsTheLikeliestPaymentFirst(t *testing.T) {
	t.Parallel()
	paid := func(id string, fen int64, on, reference string) payment.Payment {
		return payment.Payment{ID: id, AmountFen: money.Fen(fen), ValueDate: caldate.MustParse(on), Reference: reference}
	}
	all := []payment.Payment{
		paid("far", 123456, "2026-09-01", ""), paid("near", 123456, "2026-10-12", ""), paid("nearer", 123456, "2026-10-11", ""), paid("reference", 100, "2026-10-20", "ab 12"),
		paid("other", 500, "2026-10-10", ""), paid("taken", 123456, "2026-10-10", ""),
	}
	for name, k := range map[string]struct {
		proof corner.Proof
		want  string
	}{
		"by reference, then amount, then day": {
			corner.Proof{AmountFen: 123456, PaidOn: caldate.MustParse("2026-10-10"), Reference: "AB12"}, "reference nearer* near* taken far other",
		},
		"without a reference": {corner.Proof{AmountFen: 500, PaidOn: caldate.MustParse("2026-10-10")}, "other* nearer near taken reference far"},
	} {
		var got []string
		for _, g := range k.proof.Suggest(all, []string{"taken"}) {
			mark := ""
			if g.Sure() {
				mark = "*"
			}
			got = append(got, g.ID+mark)
		}
		if strings.Join(got, " ") != k.want {
			t.Errorf("%s: %v, want %s", name, got, k.want)
		}
	}
}
