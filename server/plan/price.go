package plan

import (
	"slices"
	"strconv"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/money"
)

// Charge names what a line of a bill is for; programs and reports go by it.
type Charge string

// The charges. Credits are negative lines.
const (
	ChargeRent      Charge = "rent"
	ChargeOverage   Charge = "overage"    // package: above the included quantity
	ChargeUsage     Charge = "usage"      // per message
	ChargeMinimum   Charge = "minimum"    // top-up to the minimum commitment
	ChargeLumpSum   Charge = "lump_sum"   // maintenance
	ChargeOneOff    Charge = "one_off"    // access, customisation, software
	ChargeLateUsage Charge = "late_usage" // receipts that came after their month was billed
	ChargeCredit    Charge = "credit"
	ChargeFine      Charge = "fine" // passed on
	ChargeVisit     Charge = "visit"
)

// Line is one line of a bill: rounded once, split into net and tax by the rate of its kind and its days of service.
type Line struct {
	Charge    Charge        `json:"charge"`
	Name      string        `json:"name"`
	Note      string        `json:"note,omitempty"`
	Quantity  string        `json:"quantity"` // "234", or "20/30" months
	Unit      string        `json:"unit"`
	UnitPrice string        `json:"unit_price"` // yuan with tax, at least two decimals
	Amount    money.Fen     `json:"amount_fen"`
	Net       money.Fen     `json:"net_fen"`
	TaxRate   money.Decimal `json:"tax_rate"`
	Tax       money.Fen     `json:"tax_fen"`
	TaxKind   TaxKind       `json:"tax_kind,omitempty"` // whose rate it bears; the contract's own on lines of before it was kept
	From      caldate.Date  `json:"from"`               // days of service
	To        caldate.Date  `json:"to"`
}

// Use is what was used on a day through a service code (a port). Contracts with one port and no change of terms during
// the month may give the whole month as one Use.
type Use struct {
	On    caldate.Date
	Port  string
	Parts int64
}

// Change is new terms from a day on (a supplement or a plan change).
type Change struct {
	From  caldate.Date
	Terms Terms
}

// Blocked is one submission of which a part was not sent because it breaks the guarantee (B12).
type Blocked struct{ Submitted, Blocked int64 }

// Extra is a fee, credit or fine of the month that is not a charge of the plan.
type Extra struct {
	Charge Charge
	Name   string
	Note   string
	Amount money.Fen // negative for a credit
	On     caldate.Date
	Tax    TaxKind // the contract's own where empty
}

// MonthFacts is all that the price of a month depends on besides the terms.
type MonthFacts struct {
	Month      caldate.Month
	Start, End caldate.Date // first and last day of service; no End while it is open
	PricedOn   caldate.Date // when the prices were agreed; matters where the net price stays fixed
	Changes    []Change     // inside the month, oldest first
	Used       []Use
	Covered    int64          // parts that the wallet has paid for (prepaid, centre)
	Suspended  []caldate.Date // days suspended from 00:00 to 24:00
	Blocked    []Blocked
	Extras     []Extra
}

// span is a run of active days under the same terms.
type span struct {
	from, to caldate.Date
	terms    Terms
}

func (s span) days() int { return s.to.Sub(s.from) + 1 }

// PriceMonth gives the lines of the month's bill, in the order in which they stand on it; none where nothing is to be
// charged. The sum may be negative: what a credit exceeds is carried to the next bill by the caller.
func PriceMonth(t Terms, f MonthFacts) []Line {
	spans := activeSpans(t, f)
	var lines []Line
	if len(spans) > 0 {
		lines = recurring(spans, f)
	}
	latest := t
	for _, c := range f.Changes { // a fee that was agreed during the month stands on its bill
		if !c.From.After(f.Month.Last()) {
			latest = c.Terms
		}
	}
	for _, o := range latest.OneOff {
		first := f.Month == f.Start.MonthOf()
		if o.On.MonthOf() != f.Month && !(first && o.On.Before(f.Month.First())) { // what was due before the start stands on the first bill
			continue
		}
		kind := o.Tax
		if kind == "" {
			kind = t.Kind.Tax()
			if t.Kind == KindCentre {
				kind = TaxSoftware
			}
		}
		lines = append(lines, fixed(ChargeOneOff, o.Name, "", o.Amount, kind, o.On))
	}
	if t.LumpSum > 0 && f.Month == f.Start.MonthOf() {
		lines = append(lines, fixed(ChargeLumpSum, "服务费", "", t.LumpSum, t.Kind.Tax(), f.Start))
	}
	for _, e := range f.Extras {
		kind := e.Tax
		if kind == "" {
			kind = t.Kind.Tax()
		}
		lines = append(lines, fixed(e.Charge, e.Name, e.Note, e.Amount, kind, e.On))
	}
	return lines
}

// PriceLate gives the line for receipts that came after their month was billed: what the month would have cost more, had
// they been in time; ok is false where that is nothing. f.Used holds what the month was billed for.
func PriceLate(t Terms, f MonthFacts, late []Use) (line Line, ok bool) {
	then := f
	f.Used = append(slices.Clone(f.Used), late...)
	var parts int64
	for _, u := range late {
		parts += u.Parts
	}
	return PriceAgain(t, then, f, parts)
}

// PriceAgain is PriceLate where more than usage has come to be known since the month was billed: then is what the bill was
// made from, now what is known today, parts how many came late.
func PriceAgain(t Terms, then, now MonthFacts, parts int64) (line Line, ok bool) {
	then.Extras, now.Extras, t.OneOff, t.LumpSum = nil, nil, nil, 0
	before, after := Total(PriceMonth(t, then)), Total(PriceMonth(t, now))
	f, more := now, after-before
	if more == 0 {
		return Line{}, false
	}
	note := sprint("%s的短信，回执在出账后到达：该月应计 %s 元，已计 %s 元", f.Month.Zh(), after.Grouped(), before.Grouped())
	from, to := f.Month.First(), f.Month.Last()
	if f.Start.After(from) {
		from = f.Start
	}
	if !f.End.IsZero() && f.End.Before(to) {
		to = f.End
	}
	l := fixed(ChargeLateUsage, "以前月份迟到回执补计", note, more, t.Kind.Tax(), to)
	l.Quantity, l.Unit, l.UnitPrice = strconv.FormatInt(parts, 10), "条", ""
	l.From = from
	return l, true
}

// Total is the sum of lines.
func Total(lines []Line) money.Fen {
	var sum money.Fen
	for _, l := range lines {
		sum += l.Amount
	}
	return sum
}

// activeSpans cuts the days of the month on which the contract was in force at its changes of terms.
func activeSpans(t Terms, f MonthFacts) []span {
	from, to := f.Month.First(), f.Month.Last()
	if f.Start.After(from) {
		from = f.Start
	}
	if !f.End.IsZero() && f.End.Before(to) {
		to = f.End
	}
	if from.After(to) {
		return nil
	}
	spans := []span{{from, to, t}}
	for _, c := range f.Changes {
		last := &spans[len(spans)-1]
		switch {
		case c.From.After(to):
		case !c.From.After(last.from):
			last.terms = c.Terms
		default:
			end := last.to
			last.to = c.From.AddDays(-1)
			spans = append(spans, span{c.From, end, c.Terms})
		}
	}
	return spans
}

// merge joins neighbours that are alike in what the caller cares for.
func merge(spans []span, alike func(a, b Terms) bool) []span {
	out := []span{spans[0]}
	for _, s := range spans[1:] {
		last := &out[len(out)-1]
		if alike(last.terms, s.terms) {
			last.to = s.to
		} else {
			out = append(out, s)
		}
	}
	return out
}

// share is what part of a month's rent and quota the days of a span stand for: active days out of the days of the month
// (daily), or out of all active days, so that a partial month still makes one whole (full).
func share(spans []span, f MonthFacts) (den int64) {
	if spans[len(spans)-1].terms.FirstMonth == Daily {
		return int64(f.Month.Days())
	}
	return int64(spans[len(spans)-1].to.Sub(spans[0].from) + 1)
}

func recurring(spans []span, f MonthFacts) []Line {
	now := spans[len(spans)-1].terms
	uses := slices.Clone(f.Used)
	slices.SortStableFunc(uses, func(a, b Use) int { return a.On.Compare(b.On) })
	for _, b := range f.Blocked {
		switch now.Blocked {
		case BlockedSubmission:
			uses = append(uses, Use{On: f.Month.Last(), Parts: b.Submitted})
		case BlockedPart:
			uses = append(uses, Use{On: f.Month.Last(), Parts: b.Blocked})
		}
	}

	var lines []Line
	switch now.Kind {
	case KindPackage:
		free := quota(spans, f)
		over := metered(ChargeOverage, "超量短信费", spans, uses, free, f.PricedOn)
		if len(over) > 0 && over[0].Note == "" {
			var used int64
			for _, u := range uses {
				used += u.Parts
			}
			over[0].Note = sprint("用量 %d 条，含 %d 条", used, free)
		}
		lines = append(rents(spans, f, 1), over...)
	case KindPostpaid:
		lines = append(rents(spans, f, 1), metered(ChargeUsage, "短信通信费", spans, uses, 0, f.PricedOn)...)
	case KindPrepaid, KindCentre:
		lines = metered(ChargeUsage, "预存款未覆盖的短信通信费", spans, uses, f.Covered, f.PricedOn)
	case KindPort:
		lines = ports(spans, f, uses)
	}
	if sum := Total(lines); now.Minimum > sum {
		lines = append(lines, period(Line{Charge: ChargeMinimum, Name: "最低消费补足", Quantity: "1", Unit: "月",
			UnitPrice: price2((now.Minimum - sum).Decimal()), Amount: now.Minimum - sum}, spans[0].from, spans[len(spans)-1].to, now.Kind.Tax()))
	}
	return lines
}

// rents gives a line of rent for each term of the month, times the number of ports.
func rents(spans []span, f MonthFacts, count int64) []Line {
	den := share(spans, f)
	var lines []Line
	for _, s := range merge(spans, func(a, b Terms) bool { return a.Rent == b.Rent && a.RentWhileSuspended == b.RentWhileSuspended }) {
		days := int64(s.days())
		if !s.terms.RentWhileSuspended {
			for _, d := range f.Suspended {
				if d.In(s.from, s.to) {
					days--
				}
			}
		}
		if s.terms.Rent == 0 || days == 0 || count == 0 {
			continue
		}
		quantity, note := strconv.FormatInt(count, 10), ""
		if days != den {
			quantity = strconv.FormatInt(days*count, 10) + "/" + strconv.FormatInt(den, 10)
			note = sprint("按 %d 天 ÷ %d 天计", days, den)
		}
		name := "月租费"
		if s.terms.Kind == KindPort {
			name = "端口月租费"
		}
		gross, factor := s.terms.gross(s.terms.Rent.Decimal(), s.from, f.PricedOn)
		lines = append(lines, period(Line{Charge: ChargeRent, Name: name, Note: note, Quantity: quantity, Unit: "月", UnitPrice: price2(gross),
			Amount: factor.fen(s.terms.Rent.Decimal().MulInt(days*count), den)}, s.from, s.to, s.terms.Kind.Tax()))
	}
	return lines
}

// quota is how many parts the month includes.
func quota(spans []span, f MonthFacts) int64 {
	den := share(spans, f)
	var sum int64
	for _, s := range merge(spans, func(a, b Terms) bool { return a.Included == b.Included }) {
		days := int64(s.days())
		sum += s.terms.Included/den*days + s.terms.Included%den*days/den // no overflow for any allowed quantity
	}
	return sum
}

// metered prices what was used beyond free, which is consumed in the order of days; each price stands on a line of its
// own from its day on.
func metered(c Charge, name string, spans []span, uses []Use, free int64, pricedOn caldate.Date) []Line {
	now := spans[len(spans)-1].terms
	if now.Tiers != nil {
		var total int64
		for _, u := range uses {
			total += u.Parts
		}
		whole := span{spans[0].from, spans[len(spans)-1].to, now}
		if now.Kind == KindPrepaid || now.Kind == KindCentre { // what the wallet has paid for has used up its bands
			return tiered(c, name, now, whole, total, free, pricedOn)
		}
		return tiered(c, name, now, whole, total-free, 0, pricedOn)
	}
	unit := func(t Terms) money.Decimal {
		if t.Kind == KindPackage {
			return t.Overage
		}
		return t.Price
	}
	priced := merge(spans, func(a, b Terms) bool { return unit(a).Cmp(unit(b)) == 0 })
	counts := make([]int64, len(priced))
	for _, u := range uses {
		parts := u.Parts
		used := min(free, parts)
		free, parts = free-used, parts-used
		i := 0 // a day before the first term (an early receipt) is priced by the first
		for i+1 < len(priced) && !u.On.Before(priced[i+1].from) {
			i++
		}
		counts[i] += parts
	}
	var lines []Line
	for i, s := range priced {
		if counts[i] > 0 {
			lines = append(lines, perPart(c, name, s, counts[i], unit(s.terms), pricedOn))
		}
	}
	return lines
}

func perPart(c Charge, name string, s span, parts int64, unit money.Decimal, pricedOn caldate.Date) Line {
	gross, factor := s.terms.gross(unit, s.from, pricedOn)
	return period(Line{Charge: c, Name: name, Quantity: strconv.FormatInt(parts, 10), Unit: "条", UnitPrice: price2(gross),
		Amount: factor.fen(unit.MulInt(parts), 1)}, s.from, s.to, s.terms.Kind.Tax())
}

// tiered prices total by the steps, without the first parts that were paid for already; after a change of terms during the
// month the newest steps count for all of it, because a band can't be reached twice.
func tiered(c Charge, name string, t Terms, s span, total, paid int64, pricedOn caldate.Date) []Line {
	var lines []Line
	low := int64(0)
	for _, step := range t.Tiers.Steps {
		last := step.UpTo == 0
		reached := total > low && total > paid
		switch {
		case !reached:
			return lines
		case t.Tiers.Mode == Graduated:
			from, to := max(low, paid), total
			if !last {
				to = min(to, step.UpTo)
			}
			low = step.UpTo
			if to <= from {
				continue
			}
			l := perPart(c, name, s, to-from, step.Price, pricedOn)
			if last {
				l.Note = sprint("第 %d 条起", from+1)
			} else {
				l.Note = sprint("第 %d 至 %d 条", from+1, step.UpTo)
			}
			lines = append(lines, l)
		case last || total <= step.UpTo:
			return []Line{perPart(c, name, s, total-paid, step.Price, pricedOn)}
		default:
			low = step.UpTo
		}
	}
	return lines
}

// ports charges each port by its own threshold, which is never prorated. Parts of which the port is not known count for all
// ports that are not named, together: their thresholds add up.
func ports(spans []span, f MonthFacts, uses []Use) []Line {
	t := spans[len(spans)-1].terms
	byPort := map[string][]Use{}
	var names []string
	for _, u := range uses {
		if byPort[u.Port] == nil {
			names = append(names, u.Port)
		}
		byPort[u.Port] = append(byPort[u.Port], u)
	}
	slices.Sort(names)
	rented := int64(t.Ports)
	unnamed := rented
	for _, port := range names {
		if port != "" {
			unnamed--
		}
	}
	var usage []Line
	for _, port := range names {
		var total int64
		for _, u := range byPort[port] {
			total += u.Parts
		}
		stands := int64(1) // for how many ports
		if port == "" {
			stands = max(unnamed, 1)
		}
		free := t.Threshold * stands
		if total <= free {
			continue
		}
		if t.Mode != Excess {
			free = 0
		}
		if t.Mode == Instead {
			rented = max(rented-stands, 0)
		}
		lines := metered(ChargeUsage, "端口短信费", spans, byPort[port], free, f.PricedOn)
		for i := range lines {
			lines[i].Note = strings.TrimSpace("端口 " + port)
			if port == "" {
				lines[i].Note = ""
			}
		}
		usage = append(usage, lines...)
	}
	return append(rents(spans, f, rented), usage...)
}

// ratio is (1 + new rate) / (1 + old rate), kept as a quotient so that the line is still rounded only once.
type ratio struct{ num, den money.Decimal }

// gross is the unit price with tax on a day of service. Where the contract fixed the net price and the rate has changed
// since the price was agreed, the tax changes and the net does not.
func (t Terms) gross(unit money.Decimal, service, pricedOn caldate.Date) (money.Decimal, ratio) {
	one := money.NewDecimal(1)
	r := ratio{one, one}
	if t.Fixed != FixedNet || pricedOn.IsZero() {
		return unit, r
	}
	then, now := TaxRate(t.Kind.Tax(), pricedOn), TaxRate(t.Kind.Tax(), service)
	if then.Cmp(now) == 0 {
		return unit, r
	}
	r = ratio{one.Add(now), one.Add(then)}
	return unit.Mul(r.num).Quo(r.den, 6), r
}

func (r ratio) fen(exact money.Decimal, den int64) money.Fen {
	return exact.Mul(r.num).FenOver(r.den.MulInt(den))
}

// fixed is a line of a given amount on a day.
func fixed(c Charge, name, note string, amount money.Fen, kind TaxKind, on caldate.Date) Line {
	return period(Line{Charge: c, Name: name, Note: note, Quantity: "1", Unit: "项", UnitPrice: price2(amount.Decimal()), Amount: amount}, on, on, kind)
}

// period puts the days of service on a line and splits off the tax that applies on the first of them.
func period(l Line, from, to caldate.Date, kind TaxKind) Line {
	l.From, l.To, l.TaxKind, l.TaxRate = from, to, kind, TaxRate(kind, from)
	l.Net, l.Tax = l.Amount.NetOfTax(l.TaxRate)
	return l
}

// price2 writes a price with at least two decimals: 100.00, 0.085.
func price2(d money.Decimal) string {
	s := d.String()
	_, frac, dot := strings.Cut(s, ".")
	switch {
	case !dot:
		return s + ".00"
	case len(frac) == 1:
		return s + "0"
	}
	return s
}
