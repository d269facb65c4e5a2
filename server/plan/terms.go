// Package plan has the billing terms of a contract as typed values, what is wrong or unusual about them, and the pure
// functions that price a month by them (billing.md "The monthly bill"). It knows no database and no clock.
package plan

import (
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/money"
)

// Kind is one of the six agreements (requirements.md, table on top).
type Kind string

// The kinds of agreement.
const (
	KindPackage     Kind = "package"
	KindPrepaid     Kind = "prepaid"
	KindPostpaid    Kind = "postpaid"
	KindCentre      Kind = "centre"
	KindPort        Kind = "port"
	KindMaintenance Kind = "maintenance"
)

// Kinds lists them in the order in which forms show them.
var Kinds = []Kind{KindPackage, KindPrepaid, KindPostpaid, KindCentre, KindPort, KindMaintenance}

// Proration says how a first or last month that is not whole is charged.
type Proration string

// Full: whole rent and whole quota. Daily: rent × active days / days of the month (half up), quota likewise (down).
const (
	Full  Proration = "full"
	Daily Proration = "daily"
)

// ThresholdMode says what a port agreement charges once the threshold is exceeded.
type ThresholdMode string

// Excess: (used − threshold) × price. Whole: used × price. Instead: as Whole, and no rent.
const (
	Excess  ThresholdMode = "excess"
	Whole   ThresholdMode = "whole"
	Instead ThresholdMode = "instead"
)

// Side says who of a port agreement we are (requirements.md, table on top).
type Side string

// Supplier: we bill. Buyer: the carrier bills us, and the month makes a payable instead of a bill.
const (
	Supplier Side = "supplier"
	Buyer    Side = "buyer"
)

// Buys tells whether we pay for the ports of this agreement instead of being paid.
func (t Terms) Buys() bool { return t.Kind == KindPort && t.Side == Buyer }

// TierMode says how steps of prices are applied.
type TierMode string

// Graduated prices each band by its own step; Volume prices everything by the step that was reached.
const (
	Graduated TierMode = "graduated"
	Volume    TierMode = "volume"
)

// LateFeeModel says how being late is charged (B06).
type LateFeeModel string

// The models: a rate a day on the principal owed, a share of the contract amount once, or nothing.
const (
	LateFeeDaily LateFeeModel = "daily"
	LateFeeFlat  LateFeeModel = "flat"
	LateFeeNone  LateFeeModel = "none"
)

// Allocation is the order within one bill in which a payment is used.
type Allocation string

// The two orders of billing.md "Due, overdue, suspended".
const (
	LateFeeFirst   Allocation = "late_fee_first"
	PrincipalFirst Allocation = "principal_first"
)

// SuspensionMode says whether the system suspends or asks a person to.
type SuspensionMode string

// Automatic suspends at 00:00 of the day; ByDecision raises a task for finance instead.
const (
	Automatic  SuspensionMode = "automatic"
	ByDecision SuspensionMode = "by_decision"
)

// Counting says which messages count as used.
type Counting string

// ByReceipt counts successful deliveries; BySubmission counts what was handed to the send engine.
const (
	ByReceipt    Counting = "receipt"
	BySubmission Counting = "submission"
)

// BlockedCharge says what is charged for content that was not sent because it breaks the guarantee (B12).
type BlockedCharge string

// Nothing, the whole submission, or the blocked part of it.
const (
	BlockedFree       BlockedCharge = "none"
	BlockedSubmission BlockedCharge = "submission"
	BlockedPart       BlockedCharge = "part"
)

// FixedPrice says what stays the same when a tax rate changes during the contract.
type FixedPrice string

// The two readings: the price with tax, or the price without.
const (
	FixedGross FixedPrice = "gross"
	FixedNet   FixedPrice = "net"
)

// OneOff is a fee that is charged once: access, customisation, software. On is the day of service, which says in
// which month's bill it stands and which tax rate applies.
type OneOff struct {
	Name   string       `json:"name"`
	Amount money.Fen    `json:"amount_fen"`
	On     caldate.Date `json:"on"`
	Tax    TaxKind      `json:"tax,omitempty"` // kind of charge for tax; the contract's own where empty
}

// Step is one band of a tier; UpTo includes its end and 0 means "and above" (the last step).
type Step struct {
	UpTo  int64         `json:"up_to,omitempty"`
	Price money.Decimal `json:"price"`
}

// Tiers replace the single price of metered messages.
type Tiers struct {
	Mode  TierMode `json:"mode"`
	Steps []Step   `json:"steps"`
}

// Window is when a bill is to be paid: day From to day To of the month after the service (31 means the last day), or,
// where Days is set, within Days days after the day of issue or receipt.
type Window struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	Days int    `json:"days,omitempty"`
	Of   string `json:"of,omitempty"` // "issue" (default) or "receipt"; only with Days
}

// LateFee is what being late costs. Rate is a share a day (daily) or a share of the contract amount (flat); Cap, where
// positive, is the most that one bill's late fee may reach, as a share of its total less its credit notes.
type LateFee struct {
	Model            LateFeeModel  `json:"model"`
	Rate             money.Decimal `json:"rate"`
	Cap              money.Decimal `json:"cap"`
	StopAtSuspension bool          `json:"stop_at_suspension"`
	TaxFree          bool          `json:"tax_free"` // the contract says that late fees are not extra charges (价外费用)
}

// Renewal says whether the contract goes on by itself (C08).
type Renewal struct {
	Auto          bool `json:"auto"`
	Years         int  `json:"years"`
	ObjectionDays int  `json:"objection_days"`
}

// Terms are all billing terms of a contract. A form overlays what was entered onto Defaults(kind), so every field has
// a meaning as it stands. Amounts include tax.
type Terms struct {
	Kind   Kind      `json:"kind"`
	Amount money.Fen `json:"amount_fen"` // contract amount, base of a flat late fee

	Rent      money.Fen     `json:"rent_fen"`
	Included  int64         `json:"included"` // message parts a month
	Overage   money.Decimal `json:"overage"`  // package: yuan per part above the included ones
	Price     money.Decimal `json:"price"`    // prepaid, postpaid, centre, port: yuan per part
	Threshold int64         `json:"threshold"`
	Mode      ThresholdMode `json:"mode"`
	Ports     int           `json:"ports"`
	Side      Side          `json:"side,omitempty"` // port: who bills whom; we do where empty
	LumpSum   money.Fen     `json:"lump_sum_fen"`   // maintenance: charged once, at the start
	OneOff    []OneOff      `json:"one_off,omitempty"`
	Tiers     *Tiers        `json:"tiers,omitempty"`
	Minimum   money.Fen     `json:"minimum_fen"`

	FirstMonth         Proration     `json:"first_month"` // the last month too
	RentWhileSuspended bool          `json:"rent_while_suspended"`
	CountBy            Counting      `json:"count_by"`
	Blocked            BlockedCharge `json:"blocked"`
	Fixed              FixedPrice    `json:"fixed_price"`
	DailyCap           int64         `json:"daily_cap"` // 0: the included quantity

	Deposit     money.Fen  `json:"deposit_fen"`
	Window      Window     `json:"window"`
	GraceDays   int        `json:"grace_days"`
	LateFee     LateFee    `json:"late_fee"`
	Allocation  Allocation `json:"allocation"`
	ChangeUntil int        `json:"plan_change_cutoff"` // day N of the month (C07)
	Renewal     Renewal    `json:"renewal"`

	Suspension                  SuspensionMode `json:"suspension"`
	SuspendAfter                *int           `json:"suspend_after_days,omitempty"` // overdue days before suspension; the grace where nil
	SuspendFloor                money.Fen      `json:"suspend_floor_fen"`            // owing no more than this suspends nothing
	TerminateAfterSuspendedDays int            `json:"terminate_after_suspended_days"`
}

// Defaults are the terms of a kind before anything was entered (billing.md "Defaults").
func Defaults(kind Kind) Terms {
	return Terms{
		Kind: kind, Mode: Excess, Ports: 1,
		FirstMonth: Full, RentWhileSuspended: true, CountBy: ByReceipt, Blocked: BlockedFree, Fixed: FixedGross,
		Window: Window{From: 5, To: 15}, GraceDays: 30,
		LateFee:    LateFee{Model: LateFeeDaily, Rate: money.MustDecimal("0.001")},
		Allocation: LateFeeFirst, ChangeUntil: 20,
		Renewal:    Renewal{ObjectionDays: 30},
		Suspension: Automatic,
	}
}

// SuspendAfterDays is after how many overdue days the contract is suspended: N means 00:00 of overdue day N+1.
func (t Terms) SuspendAfterDays() int {
	if t.SuspendAfter != nil {
		return *t.SuspendAfter
	}
	return t.GraceDays
}

// Cap is how many message parts may be sent a day; 0 means no cap.
func (t Terms) Cap() int64 {
	if t.DailyCap > 0 {
		return t.DailyCap
	}
	return t.Included
}

// Due gives the payment window of the bill for a month that is issued on a day. A window that was over before the bill
// was issued (issued late, for whatever reason) is the one of the next month: nobody is overdue before having a bill.
func (t Terms) Due(month caldate.Month, issued caldate.Date) (from, due caldate.Date) {
	if t.Window.Days > 0 {
		return issued, issued.AddDays(t.Window.Days)
	}
	m := month.Next()
	for m.Day(t.Window.To).Before(issued) {
		m = m.Next()
	}
	return m.Day(t.Window.From), m.Day(t.Window.To)
}

// ChangeEffective is the day from which a plan change asked for on a day applies (C07): asked on or before day N of a
// month the 1st of the next, later the 1st of the month after.
func (t Terms) ChangeEffective(asked caldate.Date) caldate.Date {
	if asked.Day() <= t.ChangeUntil {
		return asked.MonthOf().Next().First()
	}
	return asked.MonthOf().Add(2).First()
}

// Limits of what a form may hold; they keep every product of terms and usage inside an int64 of fen.
const (
	maxQuantity = 1_000_000_000_000
	maxAmount   = money.Fen(100_000_000_000_00) // a hundred billion yuan
)

var maxPrice = money.NewDecimal(10_000)

// Check gives every field that can't stand as it is: name, code and how to cure it. None means that the terms can be
// billed.
func (t Terms) Check() []errs.Field {
	var f errs.Fields
	amount := func(field string, a money.Fen) {
		if a < 0 {
			f.Add(field, "negative", "金额不能为负数", "must not be negative")
		} else if a > maxAmount {
			f.Add(field, "too_large", "金额过大：最多 100,000,000,000.00 元", "too large: at most 100,000,000,000.00 yuan")
		}
	}
	quantity := func(field string, n int64) {
		if n < 0 {
			f.Add(field, "negative", "数量不能为负数", "must not be negative")
		} else if n > maxQuantity {
			f.Add(field, "too_large", "数量过大：最多 1,000,000,000,000 条", "too large: at most 1,000,000,000,000")
		}
	}
	price := func(field string, p money.Decimal) {
		if p.Sign() < 0 {
			f.Add(field, "negative", "单价不能为负数", "must not be negative")
		} else if p.Cmp(maxPrice) > 0 {
			f.Add(field, "too_large", "单价过大：每条最多 10,000 元", "too large: at most 10,000 yuan each")
		}
	}
	oneOf := func(field, got string, allowed ...string) {
		for _, a := range allowed {
			if got == a {
				return
			}
		}
		f.Add(field, "unknown", "请选择："+join(allowed), "choose one of: "+join(allowed))
	}
	between := func(field string, n, lo, hi int) {
		if n < lo || n > hi {
			f.Add(field, "range", sprint("请填 %d 到 %d 之间的整数", lo, hi), sprint("write a whole number from %d to %d", lo, hi))
		}
	}

	oneOf("kind", string(t.Kind), "package", "prepaid", "postpaid", "centre", "port", "maintenance")
	amount("amount_fen", t.Amount)
	amount("rent_fen", t.Rent)
	amount("minimum_fen", t.Minimum)
	amount("deposit_fen", t.Deposit)
	amount("lump_sum_fen", t.LumpSum)
	amount("suspend_floor_fen", t.SuspendFloor)
	quantity("included", t.Included)
	quantity("threshold", t.Threshold)
	quantity("daily_cap", t.DailyCap)
	price("overage", t.Overage)
	price("price", t.Price)
	oneOf("mode", string(t.Mode), "excess", "whole", "instead")
	between("ports", t.Ports, 1, 100_000)
	oneOf("side", either(string(t.Side), "supplier"), "supplier", "buyer")
	oneOf("first_month", string(t.FirstMonth), "full", "daily")
	oneOf("count_by", string(t.CountBy), "receipt", "submission")
	oneOf("blocked", string(t.Blocked), "none", "submission", "part")
	oneOf("fixed_price", string(t.Fixed), "gross", "net")
	oneOf("allocation", string(t.Allocation), "late_fee_first", "principal_first")
	oneOf("suspension", string(t.Suspension), "automatic", "by_decision")
	oneOf("late_fee.model", string(t.LateFee.Model), "daily", "flat", "none")

	if t.Kind == KindPackage && t.Rent == 0 && t.Included == 0 && t.Overage.IsZero() && t.Tiers == nil && t.Minimum == 0 {
		f.Add("rent_fen", "missing", "请填写月租费或超量单价，否则无从计费", "give a rent or an overage price; there is nothing to bill otherwise")
	}
	if t.Kind == KindPackage && t.Rent == 0 && t.Overage.IsZero() && t.Tiers == nil && t.DailyCap == 0 {
		f.Add("daily_cap", "missing", "免费套餐必须写明每日上限", "a free package must name a daily cap")
	}
	if (t.Kind == KindPrepaid || t.Kind == KindPostpaid || t.Kind == KindCentre) && t.Price.IsZero() && t.Tiers == nil {
		f.Add("price", "missing", "请填写每条单价", "give the price of a message")
	}

	for i, o := range t.OneOff {
		at := sprint("one_off[%d].", i)
		if o.Name == "" {
			f.Add(at+"name", "missing", "请填写费用名称", "name the fee")
		}
		amount(at+"amount_fen", o.Amount)
		if o.On.IsZero() {
			f.Add(at+"on", "missing", "请填写收费日期", "give the day of the fee")
		}
		if o.Tax != "" && !o.Tax.known() {
			f.Add(at+"tax", "unknown", "税目不存在："+string(o.Tax), "no such kind of charge: "+string(o.Tax))
		}
	}
	if t.Tiers != nil {
		oneOf("tiers.mode", string(t.Tiers.Mode), "graduated", "volume")
		if len(t.Tiers.Steps) == 0 {
			f.Add("tiers.steps", "missing", "请至少填写一档价格", "give at least one step")
		}
		last := int64(0)
		for i, s := range t.Tiers.Steps {
			at := sprint("tiers.steps[%d].", i)
			price(at+"price", s.Price)
			final := i == len(t.Tiers.Steps)-1
			switch {
			case final && s.UpTo != 0:
				f.Add(at+"up_to", "not_open", "最后一档不能有上限", "the last step must have no upper end")
			case !final && (s.UpTo <= last || s.UpTo > maxQuantity):
				f.Add(at+"up_to", "order", "每一档的上限必须大于前一档", "each step must end above the one before")
			}
			last = s.UpTo
		}
	}

	if t.Window.Days != 0 {
		between("window.days", t.Window.Days, 1, 365)
		oneOf("window.of", either(t.Window.Of, "issue"), "issue", "receipt")
	} else {
		between("window.from", t.Window.From, 1, 31)
		between("window.to", t.Window.To, 1, 31)
		if t.Window.To < t.Window.From {
			f.Add("window.to", "order", "付款窗口的结束日不能早于开始日", "the window must not end before it starts")
		}
	}
	between("grace_days", t.GraceDays, 0, 365)
	if t.SuspendAfter != nil {
		between("suspend_after_days", *t.SuspendAfter, 0, 365)
	}
	between("plan_change_cutoff", t.ChangeUntil, 1, 31)
	between("terminate_after_suspended_days", t.TerminateAfterSuspendedDays, 0, 3650)
	between("renewal.years", t.Renewal.Years, 0, 50)
	between("renewal.objection_days", t.Renewal.ObjectionDays, 0, 365)
	if t.Renewal.Auto && t.Renewal.Years == 0 {
		f.Add("renewal.years", "missing", "自动续期必须写明每次几年", "automatic renewal must say for how many years")
	}

	one := money.NewDecimal(1)
	if t.LateFee.Rate.Sign() < 0 || t.LateFee.Rate.Cmp(one) > 0 {
		f.Add("late_fee.rate", "range", "比例请填 0 到 1 之间，例如 0.003 表示每日千分之三", "write a share from 0 to 1, such as 0.003 for 3‰ a day")
	}
	if t.LateFee.Cap.Sign() < 0 || t.LateFee.Cap.Cmp(money.NewDecimal(10)) > 0 {
		f.Add("late_fee.cap", "range", "封顶比例请填 0 到 10 之间（0 表示不封顶）", "write a cap from 0 to 10 (0 for none)")
	}
	if t.LateFee.Model == LateFeeFlat && t.Amount == 0 {
		f.Add("amount_fen", "missing", "一次性违约金以合同金额为基数，请填写合同金额", "a flat late fee is a share of the contract amount: give it")
	}
	return f
}

// LegalWarnings compares the terms with the law's yardsticks (B18: 电信条例 34, 法释〔2023〕13号 65). They never stop a
// registration; the portal shows them to whoever reviews the contract.
func (t Terms) LegalWarnings() []errs.Field {
	var f errs.Fields
	if t.LateFee.Model == LateFeeDaily && t.LateFee.Rate.Cmp(money.MustDecimal("0.003")) > 0 {
		f.Add("late_fee.rate", "law.late_fee_rate", "违约金高于每日千分之三（《电信条例》第三十四条）", "late fee above 3‰ a day (Telecommunications Regulations, art. 34)")
	}
	if n := t.SuspendAfterDays(); n < 30 {
		f.Add("suspend_after_days", "law.suspension", sprint("逾期 %d 天即停机，早于法定的逾期超过 30 日（《电信条例》第三十四条）", n),
			sprint("suspended after %d overdue days, earlier than the 30 of the law (Telecommunications Regulations, art. 34)", n))
	}
	if n := t.TerminateAfterSuspendedDays; n > 0 && n < 60 {
		f.Add("terminate_after_suspended_days", "law.termination", sprint("停机 %d 天即终止，早于法定的 60 日（《电信条例》第三十四条）", n),
			sprint("terminated after %d suspended days, earlier than the 60 of the law (Telecommunications Regulations, art. 34)", n))
	}
	third := money.MustDecimal("0.3")
	if t.LateFee.Model != LateFeeNone && t.LateFee.Cap.Cmp(third) > 0 || t.LateFee.Model == LateFeeFlat && t.LateFee.Rate.Cmp(third) > 0 {
		f.Add("late_fee.cap", "law.excessive", "违约金可能超过损失的 30%，法院可以调减（法释〔2023〕13号第六十五条）", "the late fee may exceed the loss by more than 30% and be cut by a court (法释〔2023〕13号, art. 65)")
	}
	return f
}
