package catalogue

import (
	"sealgate/server/money"
	"sealgate/server/plan"
)

// preset is one of the six agreements as it is offered on the first day.
type preset struct {
	code, name, nameEn, note string
	kind                     plan.Kind
	set                      func(*plan.Terms)
}

// presets give every kind of agreement a plan to start from. Prices are examples that the provider replaces by its own.
var presets = []preset{
	{"PKG-100", "企信通包月 100 元", "Package 100", "月租 100 元，含 1,000 条，超出每条 0.085 元", plan.KindPackage, func(t *plan.Terms) {
		t.Rent, t.Included, t.Overage, t.Deposit = 100_00, 1000, money.MustDecimal("0.085"), 500_00
	}},
	{"PRE-STD", "企业短信预付费", "Prepaid", "先充值后使用，每条 0.05 元，按成功送达扣费", plan.KindPrepaid, func(t *plan.Terms) { t.Price = money.MustDecimal("0.05") }},
	{"POST-STD", "企业短信后付费", "Postpaid", "按条后付，每条 0.06 元；逾期一次性违约金为合同金额的 0.5%", plan.KindPostpaid, func(t *plan.Terms) {
		t.Price, t.Amount = money.MustDecimal("0.06"), 100_000_00
		t.LateFee = plan.LateFee{Model: plan.LateFeeFlat, Rate: money.MustDecimal("0.005")}
	}},
	{"CTR-STD", "企业短信中心", "Message centre", "软件一次付清，短信充值使用，价格随运营商资费", plan.KindCentre, func(t *plan.Terms) { t.Price = money.MustDecimal("0.055") }},
	{"PORT-STD", "集团短信端口合作", "Port", "每端口月租 500 元，超过 10,000 条的部分每条 0.05 元", plan.KindPort, func(t *plan.Terms) {
		t.Rent, t.Threshold, t.Price = 500_00, 10_000, money.MustDecimal("0.05")
	}},
	{"MNT-STD", "服务器维护", "Maintenance", "服务费一次付清，上门另计", plan.KindMaintenance, func(t *plan.Terms) {
		t.LumpSum, t.Amount = 6_000_00, 6_000_00
		t.LateFee.Model = plan.LateFeeNone
	}},
}
