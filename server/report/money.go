package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/money"
)

// Errors of asking for a report.
var (
	ErrNotFound = errs.NotFound("report.not_found", "没有这张报表", "no such report")
	ErrPeriod   = errs.Invalid("report.period", "起止月份不正确：起始不得晚于结束，最多 60 个月", "the period is not valid: it must not end before it starts, and has 60 months at most")
	ErrGroup    = errs.Invalid("report.group", "没有这种分组方式，请选择 kind、owner 或 charge", "no such grouping; choose kind, owner or charge")
)

// Ask narrows a report. From and To matter to those over months; none: the twelve months up to the present one.
type Ask struct {
	From, To caldate.Month
	By       string // revenue: kind (default), owner, charge
}

// Offered is a report that can be asked for.
type Offered struct {
	Key    string   `json:"key"`
	Title  string   `json:"title"`
	En     string   `json:"title_en"`
	Months bool     `json:"months" doc:"It is over a period of months."`
	By     []string `json:"by" doc:"How it can be grouped; empty where there is one way only."`
}

type maker struct {
	Offered
	make func(s *Service, ctx context.Context, ask Ask) (*Table, error)
}

// makers lists the reports of money (B15) in the order in which they are shown.
var makers = []maker{
	{Offered{"receivables", "应收账款账龄", "Receivables by age", false, []string{}}, (*Service).receivables},
	{Offered{"dunning", "催收清单", "Dunning list", false, []string{}}, (*Service).dunningList},
	{Offered{"revenue", "收入", "Revenue", true, []string{"kind", "owner", "charge"}}, (*Service).revenue},
	{Offered{"late_fees", "滞纳金", "Late fees", true, []string{}}, (*Service).lateFees},
	{Offered{"deposits", "押金", "Deposits held", false, []string{}}, (*Service).deposits},
	{Offered{"wallets", "预存款余额", "Wallet balances", false, []string{}}, (*Service).wallets},
}

// Offered lists the reports.
func (s *Service) Offered() []Offered {
	out := make([]Offered, len(makers))
	for i, m := range makers {
		out[i] = m.Offered
	}
	return out
}

// Table makes a report within the actor's data scope. Errors: ErrNotFound, ErrPeriod, ErrGroup.
func (s *Service) Table(ctx context.Context, key string, ask Ask) (*Table, error) {
	i := slices.IndexFunc(makers, func(m maker) bool { return m.Key == key })
	if i < 0 {
		return nil, ErrNotFound
	}
	m := makers[i]
	if ask.To.IsZero() {
		ask.To = s.clock.Today().MonthOf()
	}
	if ask.From.IsZero() {
		ask.From = ask.To.Add(-11)
	}
	if ask.To.Before(ask.From) || ask.From.Add(59).Before(ask.To) {
		return nil, ErrPeriod
	}
	if ask.By != "" && !slices.Contains(m.By, ask.By) {
		return nil, ErrGroup
	}
	t, err := m.make(s, ctx, ask)
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", key, err)
	}
	t.Key, t.Title, t.En, t.AsOf = m.Key, m.Title, m.Offered.En, s.clock.Instant()
	if m.Months {
		period := ask.From.String() + " – " + ask.To.String()
		t.Title, t.En = t.Title+"（"+period+"）", t.En+" ("+period+")"
	}
	if t.Totals == nil {
		t.addUp()
	}
	if t.Rows == nil {
		t.Rows = []Row{}
	}
	return t, nil
}

// receivables: what each customer owes, by how long it has been due. Age is counted from the last day of the payment window.
func (s *Service) receivables(ctx context.Context, _ Ask) (*Table, error) {
	today := s.clock.Today()
	rows, err := s.store.receivables(ctx, today)
	if err != nil {
		return nil, err
	}
	t := &Table{
		Note:   "未付清账单的本金按逾期天数分档（自付款期最后一日起算），滞纳金单列；含异议中的金额。",
		NoteEn: "Principal of open bills by days overdue, counted from the last day of the payment window; late fees apart; disputed sums included.",
		Columns: []Column{
			{"customer", "客户", "Customer", Text}, {"owner", "销售", "Owner", Text}, {"not_due", "未到期", "Not due", Fen}, {"d30", "1–30 天", "1–30 days", Fen}, {"d60", "31–60 天", "31–60 days", Fen},
			{"d90", "61–90 天", "61–90 days", Fen}, {"older", "90 天以上", "Over 90 days", Fen}, {"late_fee", "滞纳金", "Late fees", Fen}, {"owed", "应收合计", "Owed in all", Fen},
		},
		Chart: Chart{Kind: "stacked", X: "customer", Series: []string{"not_due", "d30", "d60", "d90", "older", "late_fee"}},
	}
	for _, r := range rows {
		owed := r.NotDue + r.D30 + r.D60 + r.D90 + r.Older + r.LateFee
		t.Rows = append(t.Rows, Row{[]Cell{
			linked(r.Name, "/customers/"+r.CustomerID), text(r.Owner), amount(r.NotDue), amount(r.D30), amount(r.D60), amount(r.D90), amount(r.Older), amount(r.LateFee), amount(owed),
		}})
	}
	return t, nil
}

// dunningList: every overdue bill, the longest first, with what comes next.
func (s *Service) dunningList(ctx context.Context, _ Ask) (*Table, error) {
	rows, err := s.store.overdue(ctx)
	if err != nil {
		return nil, err
	}
	today := s.clock.Today()
	t := &Table{
		Note:   "逾期未付清的账单，逾期最久的在前。暂停日零时仍未付清的，按合同暂停服务。",
		NoteEn: "Bills that are overdue, the longest first. The service is suspended at 00:00 of the day in the last column, as the contract says.",
		Columns: []Column{
			{"bill", "账单", "Bill", Text}, {"customer", "客户", "Customer", Text}, {"contract", "合同", "Contract", Text}, {"contact", "联系人", "Contact", Text}, {"owner", "销售", "Owner", Text},
			{"due_on", "最后付款日", "Due on", Day}, {"days", "逾期天数", "Days overdue", Count}, {"principal", "本金", "Principal", Fen}, {"late_fee", "滞纳金", "Late fee", Fen}, {"owed", "尚欠", "Owed", Fen},
			{"state", "合同状态", "Contract", Text}, {"suspend_on", "暂停日", "Suspends on", Day},
		},
	}
	var principal, late money.Fen
	for _, r := range rows {
		state := contractStates[r.State]
		t.Rows = append(t.Rows, Row{[]Cell{
			linked(r.Number, "/bills/"+r.ID), linked(r.Name, "/customers/"+r.CustomerID), linked(r.ContractNumber, "/contracts/"+r.ContractID), text(r.contact()), text(r.Owner), date(r.DueOn),
			number(today.Sub(r.DueOn)), amount(r.Principal), amount(r.LateFee), amount(r.Principal + r.LateFee), both(cmp.Or(state[0], r.State), cmp.Or(state[1], r.State)), date(r.SuspendOn),
		}})
		principal, late = principal+r.Principal, late+r.LateFee
	}
	t.Totals = []Cell{both("合计", "Total"), {}, {}, {}, {}, {}, {}, amount(principal), amount(late), amount(principal + late), {}, {}}
	t.Count = int64(len(t.Rows))
	return t, nil
}

var contractStates = map[string][2]string{
	"active": {"生效", "active"}, "suspended": {"已暂停", "suspended"}, "expired": {"已期满", "expired"}, "terminated": {"已终止", "terminated"}, "settled": {"已结清", "settled"}, "closed": {"已关闭", "closed"},
}

var kindNames = map[string][2]string{
	"package": {"包月套餐", "Package"}, "prepaid": {"预付费", "Prepaid"}, "postpaid": {"后付费", "Postpaid"}, "centre": {"短信中心", "Centre"}, "port": {"端口合作", "Port"}, "maintenance": {"维护服务", "Maintenance"}, "": {"其他", "Other"},
}

var chargeNames = map[string][2]string{
	"rent": {"月租费", "Rent"}, "overage": {"超量短信费", "Overage"}, "usage": {"短信通信费", "Usage"}, "minimum": {"最低消费补足", "Minimum"}, "lump_sum": {"服务费", "Lump sum"}, "one_off": {"一次性费用", "One-off fees"},
	"late_usage": {"迟到回执补计", "Late usage"}, "credit": {"减免", "Credits"}, "fine": {"转收罚款", "Fines passed on"}, "visit": {"上门服务费", "Visits"}, "late_fee_income": {"滞纳金", "Late fees"},
}

// revenue: what was posted as income in each month, without tax, by kind of contract, sales owner or kind of charge.
func (s *Service) revenue(ctx context.Context, ask Ask) (*Table, error) {
	by := cmp.Or(ask.By, "kind")
	rows, err := s.store.revenue(ctx, ask.From, ask.To, by)
	if err != nil {
		return nil, err
	}
	names := map[string]map[string][2]string{"kind": kindNames, "charge": chargeNames}[by]
	sums, total := map[string]map[string]money.Fen{}, map[string]money.Fen{}
	for _, r := range rows {
		group := strings.TrimPrefix(r.Slice, "revenue_")
		if sums[r.Month] == nil {
			sums[r.Month] = map[string]money.Fen{}
		}
		sums[r.Month][group] += r.Amount
		total[group] += r.Amount
	}
	groups := make([]string, 0, len(total))
	for g := range total {
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b string) int { return cmp.Or(cmp.Compare(total[b], total[a]), cmp.Compare(a, b)) })
	t := &Table{
		Note:    "按记账月份，不含税；贷项通知单冲减其记账月份的收入。滞纳金作为价外费用计入。",
		NoteEn:  "By month of posting, without tax; credit notes reduce the month in which they were posted. Late fees are included as extra charges.",
		Columns: []Column{{"month", "月份", "Month", Text}},
		Chart:   Chart{Kind: "stacked", X: "month"},
	}
	for _, g := range groups {
		zh, en := cmp.Or(g, "其他"), cmp.Or(g, "Other")
		if n, ok := names[g]; ok {
			zh, en = n[0], n[1]
		}
		key := cmp.Or(g, "other")
		t.Columns = append(t.Columns, Column{key, zh, en, Fen})
		t.Chart.Series = append(t.Chart.Series, key)
	}
	t.Columns = append(t.Columns, Column{"sum", "合计", "Total", Fen})
	for m := ask.From; !ask.To.Before(m); m = m.Next() {
		row, sum := []Cell{text(m.String())}, money.Fen(0)
		for _, g := range groups {
			f := sums[m.String()][g]
			row, sum = append(row, amount(f)), sum+f
		}
		t.Rows = append(t.Rows, Row{append(row, amount(sum))})
	}
	return t, nil
}

// lateFees: what accrued, was taken back and was paid in each month, and what is open now.
func (s *Service) lateFees(ctx context.Context, ask Ask) (*Table, error) {
	rows, err := s.store.lateFees(ctx, ask.From, ask.To)
	if err != nil {
		return nil, err
	}
	t := &Table{
		Note:   "按账单所属月份：累计计收、已付与未付的滞纳金（含税）。",
		NoteEn: "By month of the bill: late fees accrued, paid and open, with tax.",
		Columns: []Column{
			{"month", "账单月份", "Month of the bill", Text}, {"bills", "计收账单数", "Bills", Count}, {"accrued", "计收", "Accrued", Fen}, {"paid", "已付", "Paid", Fen}, {"open", "未付", "Open", Fen},
		},
		Chart: Chart{Kind: "stacked", X: "month", Series: []string{"paid", "open"}},
	}
	found := map[string]lateFeeRow{}
	for _, r := range rows {
		found[r.Month] = r
	}
	for m := ask.From; !ask.To.Before(m); m = m.Next() {
		r := found[m.String()]
		t.Rows = append(t.Rows, Row{[]Cell{text(m.String()), number(r.Bills), amount(r.Accrued), amount(r.Paid), amount(r.Accrued - r.Paid)}})
	}
	return t, nil
}

// deposits: what is held as security for each contract (B07).
func (s *Service) deposits(ctx context.Context, _ Ask) (*Table, error) {
	rows, err := s.store.balances(ctx, "deposit", "")
	if err != nil {
		return nil, err
	}
	t := &Table{
		Note:   "按合同列示现存押金，取自总账。",
		NoteEn: "Deposits held now, by contract, from the ledger.",
		Columns: []Column{
			{"contract", "合同", "Contract", Text}, {"customer", "客户", "Customer", Text}, {"owner", "销售", "Owner", Text}, {"state", "合同状态", "State", Text}, {"end", "合同终止日", "Ends on", Day}, {"held", "押金余额", "Held", Fen},
		},
		Chart: Chart{Kind: "bar", X: "customer", Series: []string{"held"}},
	}
	for _, r := range rows {
		state := contractStates[r.State]
		t.Rows = append(t.Rows, Row{[]Cell{
			linked(r.Number, "/contracts/"+r.ContractID), linked(r.Name, "/customers/"+r.CustomerID), text(r.Owner), both(cmp.Or(state[0], r.State), cmp.Or(state[1], r.State)), date(r.EndDate), amount(r.First),
		}})
	}
	return t, nil
}

// wallets: what customers have paid ahead, in money and for message credits (B08).
func (s *Service) wallets(ctx context.Context, _ Ask) (*Table, error) {
	rows, err := s.store.balances(ctx, "wallet", "message_credits")
	if err != nil {
		return nil, err
	}
	t := &Table{
		Note:   "按合同列示预存款与短信额度预收款的余额，取自总账。",
		NoteEn: "Money paid ahead and message credits not yet used, by contract, from the ledger.",
		Columns: []Column{
			{"contract", "合同", "Contract", Text}, {"customer", "客户", "Customer", Text}, {"owner", "销售", "Owner", Text}, {"state", "合同状态", "State", Text}, {"end", "合同终止日", "Ends on", Day},
			{"money", "预存款", "Money", Fen}, {"credits", "短信额度预收款", "Message credits", Fen}, {"sum", "合计", "Total", Fen},
		},
		Chart: Chart{Kind: "stacked", X: "customer", Series: []string{"money", "credits"}},
	}
	for _, r := range rows {
		state := contractStates[r.State]
		t.Rows = append(t.Rows, Row{[]Cell{
			linked(r.Number, "/contracts/"+r.ContractID), linked(r.Name, "/customers/"+r.CustomerID), text(r.Owner), both(cmp.Or(state[0], r.State), cmp.Or(state[1], r.State)), date(r.EndDate),
			amount(r.First), amount(r.Second), amount(r.First + r.Second),
		}})
	}
	return t, nil
}
