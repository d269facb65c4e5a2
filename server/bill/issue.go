package bill

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/charge"
	"sealgate/server/contract"
	"sealgate/server/errs"
	"sealgate/server/ledger"
	"sealgate/server/money"
	"sealgate/server/notice"
	"sealgate/server/payable"
	"sealgate/server/plan"
	"sealgate/server/platform/failpoint"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
	"sealgate/server/usage"
	"sealgate/server/wallet"
)

// pageSize is how many contracts are billed in one transaction: enough that the commit costs little, few enough that a
// failure that sends a page through one by one costs little too.
const pageSize = 250

// maxListed is how many anomalies and failures a report names, maxPlain how many bills without either; all are counted.
const (
	maxListed = 1000
	maxPlain  = 300
)

// far is how many times the usual a bill must be to be flagged (电信条例 33).
const far = 5

// outcome is what one page (or one contract) came to; it is added to the report only after its transaction is through.
type outcome struct {
	created, skipped, nothing int64
	total                     money.Fen
	anomalies                 []Anomaly
	failures                  []Failure
	items                     []Item
}

// list fills in the lines of the report from what was drafted, numbered or not.
func (o *outcome) list(drafts []drafted) {
	flags := map[string][]string{}
	for _, a := range o.anomalies {
		flags[a.ContractID] = append(flags[a.ContractID], a.Code)
	}
	for _, d := range drafts {
		i := Item{ContractID: d.contract.ID, ContractNumber: d.contract.Number, CustomerName: d.contract.CustomerName, Anomalies: flags[d.contract.ID]}
		if d.bill != nil {
			i.Total = d.bill.TotalFen
			if d.bill.Number != "" {
				i.BillID, i.BillNumber = d.bill.ID, d.bill.Number
			}
		} else if len(i.Anomalies) == 0 {
			continue
		}
		o.items = append(o.items, i)
	}
	for _, f := range o.failures {
		o.items = append(o.items, Item{ContractID: f.ContractID, ContractNumber: f.ContractNumber, CustomerName: f.CustomerName, Anomalies: []string{}, Error: f.Error})
	}
}

// failure says in both languages why a contract was left out.
func failure(c *contract.Billable, err error) Failure {
	f := Failure{c.ID, c.Number, c.CustomerName, err.Error()}
	if e := errs.As(err); e != nil {
		f.Error = e.Zh + " / " + f.Error
	}
	return f
}

// add counts an outcome in, and tells whether the lists of the report have changed.
func (r *Report) add(o outcome) {
	was := len(r.Failures) + len(r.Anomalies) + len(r.Items)
	defer func() { r.listed = r.listed || was != len(r.Failures)+len(r.Anomalies)+len(r.Items) }()
	r.Created, r.Skipped, r.Nothing, r.Total = r.Created+o.created, r.Skipped+o.skipped, r.Nothing+o.nothing, r.Total+o.total
	r.FailedN += int64(len(o.failures))
	r.Failures = append(r.Failures, o.failures...)
	r.Failures = r.Failures[:min(len(r.Failures), maxListed)]
	r.Anomalies = append(r.Anomalies, o.anomalies...)
	r.Anomalies = r.Anomalies[:min(len(r.Anomalies), maxListed)]
	for _, i := range o.items {
		flagged := len(i.Anomalies) > 0 || i.Error != ""
		if flagged && len(r.Items) < maxListed || len(r.Items) < maxPlain {
			r.Items = append(r.Items, i)
		}
	}
}

// issuePage bills a page in one transaction; where that fails, each contract in one of its own, so that only the one that
// can't be billed is left out.
func (s *Service) issuePage(ctx context.Context, r *Report, page []contract.Billable, on caldate.Date) error {
	if r.DryRun {
		o, drafts, err := s.draft(ctx, r.Month, page, on)
		o.list(drafts)
		r.add(o)
		return err
	}
	o, err := s.issue(ctx, r.Month, page, on)
	if err == nil {
		r.add(o)
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.log.WarnContext(ctx, "a page of bills failed; its contracts are billed one by one", "month", r.Month.String(), "error", err)
	for i := range page {
		o, err := s.issue(ctx, r.Month, page[i:i+1], on)
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			o = outcome{failures: []Failure{failure(&page[i], err)}}
			o.list(nil)
		}
		r.add(o)
	}
	return nil
}

// issue makes the bills of some contracts inside one transaction.
func (s *Service) issue(ctx context.Context, m caldate.Month, page []contract.Billable, on caldate.Date) (out outcome, err error) {
	err = s.db.Run(ctx, func(ctx context.Context) error {
		// Holding the series makes runs beside each other take turns, page by page, and look at what the other has done.
		if err := Numbers.Month(m).Hold(ctx, s.db); err != nil {
			return err
		}
		customers := make([]string, 0, len(page))
		for i := range page {
			customers = append(customers, page[i].CustomerID)
		}
		slices.Sort(customers)
		customers = slices.Compact(customers)
		// A payment that is entered at this moment either sees the new bill or is seen by it.
		if err := s.store.lockAccounts(ctx, customers); err != nil {
			return err
		}
		o, drafts, err := s.draft(ctx, m, page, on)
		if err != nil {
			return err
		}
		err = s.write(ctx, m, on, drafts)
		o.list(drafts)
		out = o
		return err
	})
	return out, err
}

// drafted is a contract's month before it has a number; bill is nil where nothing is owed.
type drafted struct {
	contract *contract.Billable
	bill     *Bill
	used     []usage.Month  // the month, and earlier ones with late receipts
	paid     []wallet.Month // of these months: what the wallet had paid when they were priced
	charges  []charge.Charge
	setOff   bool      // the charges of the month were eaten up by credits: no bill, and the credits are used
	carry    money.Fen // what is left of the credits
	due      *payable.Due
	far      bool
}

// ground is what the price of a page's contracts depends on besides their terms, read at once for all of them.
type ground struct {
	locked  map[string]bool
	used    map[string][]usage.Month
	usual   map[string][]money.Fen
	days    map[string][]usage.Row // of the month, where its price depends on days or ports
	charges map[string][]charge.Charge
	paid    map[string]map[caldate.Month]wallet.Month
	counts  map[string][]payable.Count
	begun   map[string]bool // maintenance whose lump sum has a bill of its own
	untaxed map[string]bool // customers without a tax number
}

func (s *Service) ground(ctx context.Context, m caldate.Month, page []contract.Billable) (g ground, err error) {
	ids := make([]string, len(page))
	var prepaid, ports, byDay, starting, customers []string
	for i := range page {
		c := &page[i]
		ids[i] = c.ID
		customers = append(customers, c.CustomerID)
		if len(c.Dated) == 0 {
			continue // a failure of its own, later
		}
		t, _, changes := c.TermsIn(m)
		switch {
		case wallet.Has(c.Kind):
			prepaid = append(prepaid, c.ID)
		case c.Kind == plan.KindPort:
			ports = append(ports, c.ID)
		case c.Kind == plan.KindMaintenance:
			if first, _ := c.Life(); first.MonthOf() == m {
				starting = append(starting, Key(c.ID, m, 0))
			}
		}
		if needsDays(t, changes) {
			byDay = append(byDay, c.ID)
		}
	}
	if g.locked, err = s.usage.Locked(ctx, ids, m); err != nil {
		return g, err
	}
	if g.used, err = s.usage.Unbilled(ctx, ids, m); err != nil {
		return g, err
	}
	if g.usual, err = s.store.recentTotals(ctx, ids, m); err != nil {
		return g, err
	}
	if g.days, err = s.usage.DaysOf(ctx, byDay, m); err != nil {
		return g, err
	}
	if g.untaxed, err = s.store.untaxed(ctx, customers); err != nil {
		return g, err
	}
	if s.charges != nil {
		if g.charges, err = s.charges.PendingOf(ctx, ids, m); err != nil {
			return g, err
		}
	}
	if s.wallets != nil && len(prepaid) > 0 {
		months := []caldate.Month{m}
		for _, id := range prepaid {
			for _, u := range g.used[id] {
				if !slices.Contains(months, u.Month) {
					months = append(months, u.Month)
				}
			}
		}
		if g.paid, err = s.wallets.Paid(ctx, prepaid, months); err != nil {
			return g, err
		}
	}
	if s.payables != nil && len(ports) > 0 {
		if g.counts, err = s.payables.CountsOf(ctx, ports, m); err != nil {
			return g, err
		}
	}
	g.begun, err = s.store.begun(ctx, starting)
	return g, err
}

// needsDays tells the terms under which it matters when, or through which port, something was used.
func needsDays(t plan.Terms, changes []plan.Change) bool {
	return len(changes) > 0 || t.Kind == plan.KindPort && t.Ports != 1
}

// draft prices the contracts of a page: it reads and writes nothing. Contracts whose month is locked are skipped.
func (s *Service) draft(ctx context.Context, m caldate.Month, page []contract.Billable, on caldate.Date) (o outcome, out []drafted, err error) {
	g, err := s.ground(ctx, m, page)
	if err != nil {
		return o, nil, err
	}
	for i := range page {
		c := &page[i]
		if g.locked[c.ID] {
			o.skipped++
			continue
		}
		d, anomalies, err := s.price(ctx, m, c, &g, on)
		if err != nil {
			o.failures = append(o.failures, failure(c, err))
			continue
		}
		o.anomalies = append(o.anomalies, anomalies...)
		if d.bill == nil {
			o.nothing++
		} else {
			o.created++
			o.total += d.bill.TotalFen
			if last := g.usual[c.ID]; len(last) >= 3 {
				sum := last[0] + last[1] + last[2]
				if 3*d.bill.TotalFen > far*sum { // in whole fen: an average that is rounded first would flag bills that are not
					average := sum.MulDiv(1, 3)
					d.far = true
					o.anomalies = append(o.anomalies, Anomaly{c.ID, c.Number, c.CustomerName, "five_times",
						fmt.Sprintf("本月 %s 元，超过前三张账单平均（%s 元）的 5 倍", d.bill.TotalFen.Grouped(), average.Grouped()),
						fmt.Sprintf("%s yuan, more than 5 times the average of the last three bills (%s)", d.bill.TotalFen.Grouped(), average.Grouped()), d.bill.TotalFen})
				}
			}
			if g.untaxed[c.CustomerID] {
				o.anomalies = append(o.anomalies, Anomaly{c.ID, c.Number, c.CustomerName, "tax_number_missing", "客户没有纳税人识别号，无法开具发票", "the customer has no tax number, so no tax invoice can be issued", d.bill.TotalFen})
			}
		}
		out = append(out, d)
	}
	return o, out, nil
}

// price works out one contract's month. A panic in pricing is that contract's failure, not the run's.
func (s *Service) price(ctx context.Context, m caldate.Month, c *contract.Billable, g *ground, on caldate.Date) (d drafted, anomalies []Anomaly, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = ErrPricing.Because(fmt.Errorf("%v", p))
		}
	}()
	if len(c.Dated) == 0 {
		return d, nil, ErrPricing.Because(errors.New("the contract has no terms"))
	}
	d = drafted{contract: c, used: g.used[c.ID]}
	if len(d.used) == 0 || d.used[len(d.used)-1].Month != m {
		d.used = append(d.used, usage.Month{ContractID: c.ID, Month: m})
	}
	var lines, late []plan.Line
	var parts int64
	buys := termsAt(c, m).Buys()
	for _, u := range d.used {
		paid, has := g.paid[c.ID][u.Month]
		if has {
			d.paid = append(d.paid, paid)
		}
		if u.Month == m {
			parts = u.Parts
			terms, facts, err := s.facts(ctx, c, g, m, u.Parts, paid)
			if err != nil {
				return d, nil, err
			}
			if g.begun[c.ID] {
				terms.LumpSum = 0
			}
			if !buys { // what a carrier owes us for stands on papers of its own
				d.charges = g.charges[c.ID]
				for i := range d.charges {
					if x := &d.charges[i]; x.Kind == charge.Blocked {
						facts.Blocked = append(facts.Blocked, plan.Blocked{Submitted: x.Submitted, Blocked: x.BlockedParts})
					} else {
						facts.Extras = append(facts.Extras, x.Extra())
					}
				}
			}
			lines = append(lines, plan.PriceMonth(terms, facts)...)
			anomalies = append(anomalies, lookAt(c, terms, facts, u.Parts, g.counts[c.ID])...)
			continue
		}
		if buys || len(g.counts[c.ID]) > 0 {
			continue // the carrier's count has said everything about that month
		}
		l, ok, err := s.late(ctx, c, u, paid)
		if err != nil {
			return d, nil, err
		}
		if ok {
			late = append(late, l)
		}
	}
	lines = append(lines, late...)
	for _, l := range lines {
		if l.Amount > money.MaxFen || l.Amount < -money.MaxFen {
			return d, nil, ErrTooLarge
		}
	}
	total := plan.Total(lines)
	if buys {
		_, due := termsAt(c, m).Due(m, on)
		if first, last := c.Life(); !first.After(m.Last()) && !last.Before(m.First()) {
			d.due = &payable.Due{Contract: &c.Contract, Month: m, Parts: parts, Lines: lines, DueOn: due}
		}
		return d, anomalies, nil
	}
	switch {
	case total > money.MaxFen:
		return d, nil, ErrTooLarge
	case total <= 0:
		// Credits that meet no charge wait as they are; what they exceed the charges by is carried to the next bill.
		for _, l := range lines {
			d.setOff = d.setOff || l.Amount > 0
		}
		d.setOff = d.setOff && len(d.charges) > 0
		d.carry = -total
		return d, anomalies, nil
	}
	t := termsAt(c, m)
	revision := 0
	if g.begun[c.ID] {
		revision = 1
	}
	b := &Bill{Facts: Facts{ID: ids.New(), BillKey: Key(c.ID, m, revision), Revision: revision, ContractID: c.ID, ContractNumber: c.Number, Kind: c.Kind, CustomerID: c.CustomerID, CustomerName: c.CustomerName,
		Month: m, IssuedOn: on, IssuedAt: s.clock.Instant(), UsedParts: parts}, Status: Status{State: Issued}}
	first, last := c.Life()
	b.ServiceFrom, b.ServiceTo = m.First(), m.Last()
	if first.After(b.ServiceFrom) && !first.After(m.Last()) {
		b.ServiceFrom = first
	}
	if last.Before(b.ServiceTo) && !last.Before(m.First()) {
		b.ServiceTo = last
	}
	if last.Before(m.First()) { // it has ended: only what came late of its own months is billed
		b.ServiceFrom, b.ServiceTo = lines[0].From, lines[0].To
		for _, l := range lines {
			if l.From.Before(b.ServiceFrom) {
				b.ServiceFrom = l.From
			}
			if l.To.After(b.ServiceTo) {
				b.ServiceTo = l.To
			}
		}
	}
	b.WindowFrom, b.DueOn = t.Due(m, on)
	b.SuspendOn = b.DueOn.AddDays(t.SuspendAfterDays() + 1)
	for _, l := range lines {
		b.NetFen, b.TaxFen, b.TotalFen = b.NetFen+l.Net, b.TaxFen+l.Tax, b.TotalFen+l.Amount
	}
	items, err := json.Marshal(lines)
	if err != nil {
		return d, nil, err
	}
	cond, err := json.Marshal(conditions(t, b.ServiceTo))
	if err != nil {
		return d, nil, err
	}
	b.LineItems, b.Conditions = string(items), string(cond)
	d.bill = b
	return d, anomalies, nil
}

// facts gathers what the price of the month of a run depends on.
func (s *Service) facts(ctx context.Context, c *contract.Billable, g *ground, m caldate.Month, parts int64, paid wallet.Month) (plan.Terms, plan.MonthFacts, error) {
	t, agreed, changes := c.TermsIn(m)
	first, last := c.Life()
	f := plan.MonthFacts{Month: m, Start: first, End: last, PricedOn: agreed, Changes: changes}
	if !t.RentWhileSuspended {
		f.Suspended = c.SuspendedDays(m.First(), m.Last())
	}
	switch {
	case len(g.counts[c.ID]) > 0: // the carrier's count is the billing basis
		for _, x := range g.counts[c.ID] {
			f.Used = append(f.Used, plan.Use{On: m.First(), Port: portOf(c, x.Port), Parts: x.Parts})
		}
	case needsDays(t, changes):
		f.Used = cut(c, g.days[c.ID], parts)
	default:
		f.Used = []plan.Use{{On: m.First(), Port: c.ServiceCode, Parts: parts}}
	}
	if !wallet.Has(t.Kind) {
		return t, f, nil
	}
	if err := s.without(ctx, &t, &f, m, paid); err != nil {
		return t, f, err
	}
	return t, f, nil
}

// without takes off what the wallet has paid: what credits paid is no usage any more; what money paid has used up its bands
// and counts towards the minimum.
func (s *Service) without(ctx context.Context, t *plan.Terms, f *plan.MonthFacts, m caldate.Month, paid wallet.Month) error {
	lower := func(t *plan.Terms) { t.Minimum = max(0, t.Minimum-paid.ChargedFen) }
	lower(t)
	f.Changes = slices.Clone(f.Changes)
	tiers := t.Tiers != nil
	for i := range f.Changes {
		lower(&f.Changes[i].Terms)
		tiers = tiers || f.Changes[i].Terms.Tiers != nil
	}
	switch {
	case tiers:
		f.Used, f.Covered = less(f.Used, paid.CreditParts), paid.MoneyParts
	case len(f.Changes) > 0 && s.wallets != nil && paid.MoneyParts+paid.CreditParts > 0:
		days, err := s.wallets.Days(ctx, paid.ContractID, m)
		if err != nil {
			return err
		}
		byDay := map[caldate.Date]int64{}
		for _, d := range days {
			byDay[d.Day] += d.MoneyParts + d.CreditParts
		}
		for i := range f.Used {
			u := &f.Used[i]
			n := min(u.Parts, byDay[u.On])
			u.Parts -= n
			byDay[u.On] -= n
		}
	default:
		f.Used = less(f.Used, paid.MoneyParts+paid.CreditParts)
	}
	return nil
}

// less takes parts off uses, the earliest first.
func less(uses []plan.Use, parts int64) []plan.Use {
	out := slices.Clone(uses)
	for i := range out {
		n := min(parts, out[i].Parts)
		out[i].Parts -= n
		parts -= n
	}
	return out
}

// late is the line for receipts that came after their month was billed.
func (s *Service) late(ctx context.Context, c *contract.Billable, u usage.Month, paid wallet.Month) (plan.Line, bool, error) {
	t, agreed, changes := c.TermsIn(u.Month)
	first, last := c.Life()
	then := plan.MonthFacts{Month: u.Month, Start: first, End: last, PricedOn: agreed, Changes: changes}
	if !t.RentWhileSuspended {
		then.Suspended = c.SuspendedDays(u.Month.First(), u.Month.Last())
	}
	if needsDays(t, changes) {
		rows, err := s.usage.Days(ctx, c.ID, u.Month)
		if err != nil {
			return plan.Line{}, false, err
		}
		then.Used = cut(c, rows, u.Billed)
	} else {
		then.Used = []plan.Use{{On: u.Month.First(), Port: c.ServiceCode, Parts: u.Billed}}
	}
	now := then
	now.Used = append(slices.Clone(then.Used), plan.Use{On: u.Month.Last(), Port: c.ServiceCode, Parts: u.Late()})
	parts := u.Late()
	if wallet.Has(t.Kind) {
		before := paid
		before.MoneyParts, before.CreditParts, before.ChargedFen = min(paid.BilledMoney, u.Billed), min(paid.BilledCredit, u.Billed), 0
		parts -= paid.MoneyParts + paid.CreditParts - before.MoneyParts - before.CreditParts
		if parts <= 0 {
			return plan.Line{}, false, nil // the wallet has paid for all that came late
		}
		t.Minimum = 0
		if t.Tiers != nil {
			then.Used, then.Covered = less(then.Used, before.CreditParts), before.MoneyParts
			now.Used, now.Covered = less(now.Used, paid.CreditParts), paid.MoneyParts
		} else {
			then.Used = less(then.Used, before.MoneyParts+before.CreditParts)
			now.Used = less(now.Used, paid.MoneyParts+paid.CreditParts)
		}
	}
	l, ok := plan.PriceAgain(t, then, now, parts)
	return l, ok, nil
}

// cut gives uses by day and port; what was counted after the month was read belongs to the next bill.
func cut(c *contract.Billable, rows []usage.Row, parts int64) []plan.Use {
	var out []plan.Use
	var sum int64
	for _, r := range rows {
		n := min(r.Parts, parts-sum)
		sum += n
		out = append(out, plan.Use{On: r.Day, Port: portOf(c, r.ServiceCode), Parts: n})
	}
	return out
}

// portOf is the port that a code belongs to. A port is an access code with all that is sent under it (templates/contracts/port), so the
// sub-numbers of the contract's own code, one for each signature, share its threshold.
func portOf(c *contract.Billable, code string) string {
	if c.ServiceCode != "" && strings.HasPrefix(code, c.ServiceCode) {
		return c.ServiceCode
	}
	return code
}

// termsAt are the terms of a month's last day: those under which its bill is due.
func termsAt(c *contract.Billable, m caldate.Month) plan.Terms {
	t, _, changes := c.TermsIn(m)
	if n := len(changes); n > 0 {
		return changes[n-1].Terms
	}
	return t
}

// lookAt notes what a person should look at before the bill goes out (B04).
func lookAt(c *contract.Billable, t plan.Terms, f plan.MonthFacts, parts int64, counts []payable.Count) (out []Anomaly) {
	note := func(code, zh, en string) {
		out = append(out, Anomaly{ContractID: c.ID, ContractNumber: c.Number, CustomerName: c.CustomerName, Code: code, Zh: zh, En: en})
	}
	if !f.End.IsZero() && f.End.Before(f.Month.First()) {
		return nil // only late receipts are left of it
	}
	metered := t.Kind != plan.KindMaintenance
	if metered && parts == 0 {
		note("no_usage", "本月没有任何用量", "nothing was used this month")
	}
	if t.Kind == plan.KindPort {
		var theirs int64
		for _, x := range counts {
			theirs += x.Parts
		}
		switch {
		case len(counts) == 0:
			note("count_missing", fmt.Sprintf("对方的月用量尚未录入，暂按我方统计 %d 条", parts), fmt.Sprintf("the carrier's count is not entered; ours is taken: %d", parts))
		case theirs != parts:
			note("count_differs", fmt.Sprintf("对方统计 %d 条，我方 %d 条，相差 %d 条", theirs, parts, theirs-parts), fmt.Sprintf("the carrier counted %d, we %d, a difference of %d", theirs, parts, theirs-parts))
		}
	}
	price, above := t.Price, parts
	if t.Kind == plan.KindPackage {
		price, above = t.Overage, parts-t.Included
	}
	if metered && above > 0 && price.IsZero() && t.Tiers == nil {
		note("price_missing", fmt.Sprintf("有 %d 条按量计费的短信，但合同没有单价", above), fmt.Sprintf("%d messages to be charged, but the contract has no price", above))
	}
	return out
}

// write gives numbers to the drafts in order and writes everything that belongs to them.
func (s *Service) write(ctx context.Context, m caldate.Month, on caldate.Date, drafts []drafted) error {
	var bills []*Bill
	var months []usage.Month
	var paid []wallet.Month
	var dues []payable.Due
	for _, d := range drafts {
		months = append(months, d.used...)
		paid = append(paid, d.paid...)
		if d.bill != nil {
			bills = append(bills, d.bill)
		}
		if d.due != nil {
			dues = append(dues, *d.due)
		}
	}
	if len(drafts) == 0 {
		return nil
	}
	if err := s.usage.Lock(ctx, on, months); err != nil {
		return fmt.Errorf("lock usage: %w", err)
	}
	if len(paid) > 0 {
		if err := s.wallets.Billed(ctx, paid); err != nil {
			return fmt.Errorf("lock wallets: %w", err)
		}
	}
	if len(dues) > 0 && s.payables != nil {
		if err := s.payables.Make(ctx, on, dues); err != nil {
			return fmt.Errorf("payables: %w", err)
		}
	}
	if len(bills) > 0 {
		if err := s.writeBills(ctx, m, on, bills, drafts); err != nil {
			return err
		}
	}
	var settled []charge.Settlement
	for _, d := range drafts {
		switch {
		case len(d.charges) == 0:
		case d.bill != nil:
			settled = append(settled, charge.Settlement{Charges: d.charges, Month: m, BillID: d.bill.ID, BillNumber: d.bill.Number})
		case d.setOff:
			settled = append(settled, charge.Settlement{Charges: d.charges, Month: m, Carry: d.carry})
		}
	}
	if len(settled) == 0 {
		return nil
	}
	return s.charges.Bill(ctx, settled)
}

func (s *Service) writeBills(ctx context.Context, m caldate.Month, on caldate.Date, bills []*Bill, drafts []drafted) error {
	numbers, err := Numbers.Month(m).Take(ctx, s.db, len(bills))
	if err != nil {
		return err
	}
	entries := make([]ledger.Entry, len(bills))
	audits := make([]trail.Entry, len(bills))
	letters := make([]notice.Letter, len(bills))
	customers := make([]string, len(bills))
	for i, b := range bills {
		b.Number = numbers[i]
		b.Hash = b.Seal()
		if entries[i], err = posting(b); err != nil {
			return err
		}
		audits[i] = trail.Entry{Action: "bill.issue", ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID, ContractID: b.ContractID, To: string(Issued), On: on,
			Detail: map[string]any{"number": b.Number, "month": m, "total_fen": b.TotalFen, "due_on": b.DueOn}}
		letters[i] = notice.Letter{
			To: notice.To{CustomerID: b.CustomerID, About: notice.About{ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID}},
			Vars: map[string]string{"customer": b.CustomerName, "number": b.Number, "period": m.Zh(), "total": b.TotalFen.Grouped(),
				"window_from": b.WindowFrom.String(), "due_on": b.DueOn.String(), "contract": b.ContractNumber},
			En: map[string]string{"period": m.String()},
		}
		customers[i] = b.CustomerID
	}
	if err := s.store.insert(ctx, bills); err != nil {
		return fmt.Errorf("store bills: %w", err)
	}
	failpoint.Hit("bill.run.stored")
	if err := s.ledger.Post(ctx, entries...); err != nil {
		return err
	}
	if err := s.trail.Record(ctx, audits...); err != nil {
		return err
	}
	if err := s.notices.SendAll(ctx, "bill_issued", letters); err != nil {
		return err
	}
	for _, d := range drafts {
		if d.far {
			if err := s.tellFar(ctx, d.bill); err != nil {
				return err
			}
		}
	}
	if s.watcher == nil {
		return nil
	}
	// What a customer has paid in advance pays the new bill by itself.
	slices.Sort(customers)
	credit, err := s.ledger.Balances(ctx, ledger.Credit, slices.Compact(customers))
	if err != nil {
		return err
	}
	var rich []string
	for id, amount := range credit {
		if amount > 0 {
			rich = append(rich, id)
		}
	}
	slices.Sort(rich)
	for _, id := range rich {
		if err := s.watcher.BillsIssued(ctx, id, on); err != nil {
			return err
		}
	}
	return nil
}

// tellFar warns the customer of a bill far above the usual (电信条例 33, B18).
func (s *Service) tellFar(ctx context.Context, b *Bill) error {
	return s.notices.Send(ctx, notice.To{CustomerID: b.CustomerID, About: notice.About{ObjectType: "bill", ObjectID: b.ID, CustomerID: b.CustomerID}}, "bill_unusual",
		map[string]string{"customer": b.CustomerName, "number": b.Number, "period": b.Month.Zh(), "total": b.TotalFen.Grouped(), "contract": b.ContractNumber},
		map[string]string{"period": b.Month.String()})
}

// posting is the bill's entry: what the customer owes, the revenue by kind of charge, the tax.
func posting(b *Bill) (ledger.Entry, error) {
	lines, err := b.Lines()
	if err != nil {
		return ledger.Entry{}, err
	}
	e := ledger.Entry{Key: b.BillKey, Kind: ledger.KindBill, On: b.IssuedOn, CustomerID: b.CustomerID, ContractID: b.ContractID, DocumentType: ledger.DocumentBill, DocumentID: b.ID}
	e.Lines = append(e.Lines, ledger.Dr(ledger.Receivable, b.TotalFen))
	for _, l := range lines {
		account := ledger.Revenue(string(l.Charge))
		if n := len(e.Lines) - 1; n > 0 && e.Lines[n].Account == account {
			e.Lines[n].Amount -= l.Net
			continue
		}
		e.Lines = append(e.Lines, ledger.Cr(account, l.Net))
	}
	e.Lines = append(e.Lines, ledger.Cr(ledger.VATPayable, b.TaxFen))
	return e, nil
}
