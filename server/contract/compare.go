package contract

import (
	"fmt"
	"strconv"
	"strings"

	"sealgate/server/money"
	"sealgate/server/plan"
)

// Words is a text in both languages.
type Words struct{ Zh, En string }

// Difference is one term that an amendment changes, as people read it.
type Difference struct {
	Name    string // its name in plan.Terms
	Label   Words
	Was, Is Words
}

// Compared gives the terms that differ between two versions, in the order of forms.
func Compared(a, b plan.Terms) []Difference {
	var out []Difference
	x, y := TermValues(a), TermValues(b)
	for i := range x {
		if x[i].Is != y[i].Is {
			out = append(out, Difference{x[i].Name, x[i].Label, x[i].Is, y[i].Is})
		}
	}
	return out
}

// Differences says which terms differ between two versions: "月租费（元）：100.00 → 200.00".
func Differences(a, b plan.Terms) (zh, en []string) {
	for _, d := range Compared(a, b) {
		zh, en = append(zh, d.Label.Zh+"："+d.Was.Zh+" → "+d.Is.Zh), append(en, d.Label.En+": "+d.Was.En+" → "+d.Is.En)
	}
	return zh, en
}

// termWords are the choices of terms as people read them.
var termWords = map[string]Words{
	string(plan.Full): {"整月计", "the whole month"}, string(plan.Daily): {"按天计", "by days"},
	string(plan.Excess): {"仅计超出部分", "what is above alone"}, string(plan.Whole): {"全部计费", "all of it"}, string(plan.Instead): {"全部计费，不收月租", "all of it, and no rent"},
	string(plan.Graduated): {"分段计价", "each band by its price"}, string(plan.Volume): {"按达到的档位计价", "all by the band reached"},
	string(plan.LateFeeFlat): {"一次性", "once"}, string(plan.LateFeeNone): {"无", "none"},
	string(plan.LateFeeFirst): {"先违约金后本金", "late fee first"}, string(plan.PrincipalFirst): {"先本金后违约金", "principal first"},
	string(plan.Automatic): {"自动", "automatic"}, string(plan.ByDecision): {"由人决定", "by decision"},
	string(plan.ByReceipt): {"按送达回执", "by receipt"}, string(plan.BySubmission): {"按提交", "by submission"},
	"blocked " + string(plan.BlockedFree): {"不计费", "free"}, "blocked " + string(plan.BlockedSubmission): {"整批计费", "the whole submission"},
	"blocked " + string(plan.BlockedPart): {"按被拦部分计费", "the blocked part"},
}

// TermValues gives all terms of a version in the order of forms, with their values in Is; "—" where there is none.
func TermValues(t plan.Terms) []Difference {
	var out []Difference
	words := func(name, zh, en string, v Words) {
		if v.Zh == "" {
			v = Words{"—", "—"}
		}
		out = append(out, Difference{Name: name, Label: Words{zh, en}, Is: v})
	}
	plain := func(name, zh, en, v string) { words(name, zh, en, Words{v, v}) }
	yuan := func(name, zh, en string, a money.Fen) { plain(name, zh, en, a.Grouped()) }
	count := func(name, zh, en string, n int64) { plain(name, zh, en, strconv.FormatInt(n, 10)) }
	choice := func(name, zh, en, v string) { words(name, zh, en, termWords[v]) }

	yuan("amount_fen", "合同金额（元）", "contract amount (yuan)", t.Amount)
	yuan("rent_fen", "月租费（元）", "monthly rent (yuan)", t.Rent)
	count("included", "每月包含条数", "messages included", t.Included)
	plain("overage", "超量单价（元）", "price above them (yuan)", t.Overage.String())
	plain("price", "单价（元）", "price of a message (yuan)", t.Price.String())
	words("tiers", "阶梯价", "tiers", tiersIn(t.Tiers))
	count("threshold", "端口起计条数", "threshold of a port", t.Threshold)
	choice("mode", "超过起计条数时", "above the threshold", string(t.Mode))
	count("ports", "端口数", "ports", int64(t.Ports))
	yuan("minimum_fen", "每月最低消费（元）", "minimum a month (yuan)", t.Minimum)
	var fees []string
	for _, o := range t.OneOff {
		fees = append(fees, fmt.Sprintf("%s %s (%s)", o.Name, o.Amount.Grouped(), o.On))
	}
	words("one_off", "一次性费用（元）", "one-off fees (yuan)", Words{strings.Join(fees, "、"), strings.Join(fees, ", ")})
	cap := Words{"不限", "none"}
	if n := t.Cap(); n > 0 {
		cap = Words{strconv.FormatInt(n, 10), strconv.FormatInt(n, 10)}
	}
	words("daily_cap", "每日上限（条）", "cap a day", cap)
	choice("first_month", "首末月计费", "first and last month", string(t.FirstMonth))
	words("rent_while_suspended", "暂停期间收月租", "rent while suspended", map[bool]Words{true: {"收", "yes"}, false: {"不收", "no"}}[t.RentWhileSuspended])
	choice("count_by", "计数依据", "counted", string(t.CountBy))
	choice("blocked", "被拦截内容计费", "blocked content", "blocked "+string(t.Blocked))
	yuan("deposit_fen", "押金（元）", "deposit (yuan)", t.Deposit)
	window := Words{fmt.Sprintf("次月 %d 日至 %d 日", t.Window.From, t.Window.To), fmt.Sprintf("%d to %d of the next month", t.Window.From, t.Window.To)}
	if n := t.Window.Days; n > 0 {
		window = Words{fmt.Sprintf("出账后 %d 日内", n), fmt.Sprintf("within %d days of issue", n)}
		if t.Window.Of == "receipt" {
			window = Words{fmt.Sprintf("收到后 %d 日内", n), fmt.Sprintf("within %d days of receipt", n)}
		}
	}
	words("window", "付款窗口", "payment window", window)
	count("grace_days", "宽限天数", "days of grace", int64(t.GraceDays))
	words("late_fee", "违约金", "late fee", lateFee(t.LateFee))
	choice("allocation", "付款冲抵顺序", "allocation of payments", string(t.Allocation))
	count("plan_change_cutoff", "套餐变更截止日", "cut-off day of plan changes", int64(t.ChangeUntil))
	renewal := Words{"不自动续期", "none by itself"}
	if r := t.Renewal; r.Auto {
		renewal = Words{fmt.Sprintf("每次 %d 年，异议须提前 %d 日", r.Years, r.ObjectionDays), fmt.Sprintf("%d year(s) each, objections %d days before", r.Years, r.ObjectionDays)}
	}
	words("renewal", "自动续期", "renewal", renewal)
	choice("suspension", "欠费停机", "suspension", string(t.Suspension))
	count("suspend_after_days", "逾期几天后停机", "suspended after overdue days", int64(t.SuspendAfterDays()))
	yuan("suspend_floor_fen", "停机欠款下限（元）", "floor of suspension (yuan)", t.SuspendFloor)
	end := Words{"不自动终止", "not by itself"}
	if n := t.TerminateAfterSuspendedDays; n > 0 {
		end = Words{fmt.Sprintf("满 %d 日", n), fmt.Sprintf("after %d days", n)}
	}
	words("terminate_after_suspended_days", "欠费停机后终止", "terminated after a suspension", end)
	return out
}

func tiersIn(t *plan.Tiers) (w Words) {
	if t == nil {
		return w
	}
	w = termWords[string(t.Mode)]
	from := int64(1)
	for _, s := range t.Steps {
		to := "∞"
		if s.UpTo > 0 {
			to = strconv.FormatInt(s.UpTo, 10)
		}
		band := fmt.Sprintf("%d–%s × %s", from, to, s.Price)
		w, from = Words{w.Zh + "；" + band, w.En + "; " + band}, s.UpTo+1
	}
	return w
}

func lateFee(f plan.LateFee) (w Words) {
	share := f.Rate.Mul(money.NewDecimal(100)).String() + "%"
	switch f.Model {
	case plan.LateFeeDaily:
		w = Words{"每日 " + share, share + " a day"}
	case plan.LateFeeFlat:
		w = Words{"一次性，合同金额的 " + share, "once, " + share + " of the contract amount"}
	default:
		return termWords[string(plan.LateFeeNone)]
	}
	if !f.Cap.IsZero() {
		cap := f.Cap.Mul(money.NewDecimal(100)).String() + "%"
		w = Words{w.Zh + "，最高为账单的 " + cap, w.En + ", at most " + cap + " of the bill"}
	}
	if f.StopAtSuspension {
		w = Words{w.Zh + "，停机后不再计", w.En + ", until suspension"}
	}
	return w
}
