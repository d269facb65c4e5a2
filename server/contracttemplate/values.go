package contracttemplate

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sealgate/server/caldate"
	"sealgate/server/customer"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/money"
	"sealgate/server/platform/pdf"
)

// forms lists how a blank of each type may be written into the text; "" is the
// plain form.
var forms = map[Type][]string{
	TypeText:       {""},
	TypeLongText:   {""},
	TypeDate:       {""},
	TypeTime:       {""},
	TypeTimeRange:  {""},
	TypeMoney:      {"", "capital"},
	TypeRate:       {"", "percent"},
	TypeInteger:    {"", "cn"},
	TypeDayOfMonth: {""},
	TypePhone:      {""},
	TypeEmail:      {""},
	TypeUSCC:       {""},
	TypeChoice:     {"", "text"},
	TypeRows:       {"rows"},
}

// The types' own limits, where a blank names none.
const (
	maxText     = 100
	maxLongText = 2000
	maxInteger  = 1_000_000_000_000 // far above any count of messages, far below 2^63
	maxUnknown  = 20                // unknown names that are reported one by one
	maxRows     = 300
	maxCell     = 1000
)

var (
	integerForm = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	timeForm    = regexp.MustCompile(`^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`)
)

// Check tells every blank that is missing, unknown or not well formed, in the
// order of the form; nothing means that the contract can be rendered. Nobody's
// input is changed or guessed: 1e3, −1, NaN, 2026-02-30, day 32 are refused.
func (t *Template) Check(values map[string]string) []FieldError {
	_, faults := t.fill(values, false)
	return faults
}

// fill gives the cleaned values of all filled blanks. While drafting, blanks
// may be missing; what is there must be right all the same.
func (t *Template) fill(values map[string]string, draft bool) (map[string]string, []FieldError) {
	filled := map[string]string{}
	var faults errs.Fields
	for _, b := range t.Blanks {
		value := strings.TrimSpace(values[b.Name])
		if value == "" {
			if !draft && t.required(b, values) {
				faults = append(faults, missing(b))
			}
			continue
		}
		clean, fault := cleanValue(b, values[b.Name])
		if fault != nil {
			faults = append(faults, *fault)
			continue
		}
		filled[b.Name] = clean
	}
	unknown := 0
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if t.blanks[name] != nil {
			continue
		}
		if unknown++; unknown > maxUnknown {
			break
		}
		faults.Add(shorten(name), "unknown", "此模板没有这一栏，请删除", "this template has no such blank; remove it")
	}
	faults = append(faults, t.checkRules(filled)...)
	return filled, faults
}

func (t *Template) required(b Blank, values map[string]string) bool {
	if w := b.RequiredWhen; w != nil && strings.TrimSpace(values[w.Blank]) == w.Is {
		return true
	}
	return b.Required
}

func missing(b Blank) FieldError {
	if b.Configured {
		return FieldError{
			Field: b.Name, Code: "missing",
			Zh: b.Label.Zh + "：服务方资料未配置，请系统管理员在配置文件中填写",
			En: b.Label.En + " is not configured; ask the system administrator to fill in the provider's details in the configuration",
		}
	}
	return FieldError{Field: b.Name, Code: "missing", Zh: "请填写" + b.Label.Zh, En: "fill in: " + b.Label.En}
}

// checkRules are the faults that two blanks make together. A blank that is
// wrong by itself takes no part.
func (t *Template) checkRules(filled map[string]string) (faults []FieldError) {
	for _, r := range t.Rules {
		a, b := filled[r.A], filled[r.B]
		if a == "" || b == "" {
			continue
		}
		order := strings.Compare(a, b) // dates and times are written so that text order is their order
		if t.blanks[r.A].Type == TypeInteger || t.blanks[r.A].Type == TypeDayOfMonth {
			m, _ := strconv.ParseInt(a, 10, 64)
			n, _ := strconv.ParseInt(b, 10, 64)
			order = int(max(-1, min(1, m-n)))
		}
		if order > 0 || order == 0 && r.Must == "be_before" {
			faults = append(faults, FieldError{Field: r.B, Code: "order", Zh: r.Zh, En: r.En})
		}
	}
	if d := t.Dispute; d != nil {
		if fault := checkForum(d.Name, filled[d.Choice], filled[d.Name]); fault != nil {
			faults = append(faults, *fault)
		}
	}
	return faults
}

// checkForum keeps choice and name of the forum in step: exactly one court or
// one arbitration body (C19).
func checkForum(field, choice, name string) *FieldError {
	if choice == "" || name == "" {
		return nil
	}
	court, arbitration := strings.Contains(name, "法院"), strings.Contains(name, "仲裁")
	switch {
	case court && arbitration:
		return &FieldError{
			Field: field, Code: "forum",
			Zh: "不能同时约定法院和仲裁机构，否则仲裁约定无效；请只写一个",
			En: "a court and an arbitration body can't both be named: the arbitration clause would be void; name one",
		}
	case choice == "court" && (!strings.HasSuffix(name, "人民法院") || strings.ContainsAny(name, "、，,或及和/;；")):
		return &FieldError{
			Field: field, Code: "forum",
			Zh: "请填写一个具体的人民法院全称，例如 昆明市五华区人民法院",
			En: "write the full name of exactly one people's court, such as 昆明市五华区人民法院",
		}
	case choice == "arbitration" && (!arbitration || strings.ContainsAny(name, "、，,或及/;；")):
		return &FieldError{
			Field: field, Code: "forum",
			Zh: "请填写一个具体的仲裁机构全称，例如 昆明仲裁委员会",
			En: "write the full name of exactly one arbitration body, such as 昆明仲裁委员会",
		}
	}
	return nil
}

// checkValue is cleanValue for those who only want to know.
func checkValue(b Blank, value string) *FieldError {
	_, fault := cleanValue(b, value)
	return fault
}

// cleanValue checks one value against its blank and gives it in the form in
// which it is kept: spaces at the ends dropped, phone numbers and credit codes
// as package form writes them.
func cleanValue(b Blank, value string) (string, *FieldError) {
	var f errs.Fields
	most := b.MaxLength
	if most == 0 {
		most = maxText
	}
	if b.Type == TypeRows {
		return cleanRows(b, value)
	}
	if b.Type == TypeLongText {
		if b.MaxLength == 0 {
			most = maxLongText
		}
		return first(form.Lines(&f, b.Name, value, most, true), f)
	}
	value = form.Text(&f, b.Name, value, most, true)
	if len(f) > 0 {
		return first("", f)
	}
	switch b.Type {
	case TypePhone:
		return first(form.Phone(&f, b.Name, value, true), f)
	case TypeEmail:
		return first(form.Email(&f, b.Name, value, true), f)
	case TypeUSCC:
		code, err := customer.ParseUSCC(value)
		if err != nil {
			return "", house(b, err)
		}
		return code, nil
	case TypeDate:
		return checkDate(b, value)
	case TypeTime:
		if !timeForm.MatchString(value) {
			return "", bad(b, "time", "时间不对：请写成 08:00 这样的 24 小时制时间", "bad time: write 24-hour time such as 08:00")
		}
		return value, inRange(b, value, strings.Compare)
	case TypeTimeRange:
		from, to, ok := strings.Cut(value, "-")
		if !ok || !timeForm.MatchString(from) || !timeForm.MatchString(to) || from >= to {
			return "", bad(b, "time_range", "时段不对：请写成 08:00-20:00，起点早于终点", "bad hours: write 08:00-20:00, the start before the end")
		}
		return value, nil
	case TypeMoney:
		amount, err := money.ParseYuan(value)
		if err != nil {
			return "", house(b, err)
		}
		return value, inRange(b, value, func(_, limit string) int { return int(max(-1, min(1, amount-money.MustYuan(limit)))) })
	case TypeRate:
		rate, err := money.ParseDecimal(value)
		if err != nil {
			return "", house(b, err)
		}
		return value, inRange(b, value, func(_, limit string) int { return rate.Cmp(money.MustDecimal(limit)) })
	case TypeInteger:
		return checkInteger(b, value)
	case TypeDayOfMonth:
		b.Min, b.Max = either(b.Min, "1"), either(b.Max, "31")
		return checkInteger(b, value)
	case TypeChoice:
		return checkChoice(b, value)
	}
	return value, nil
}

// ParseRows reads the value of a blank with rows.
func ParseRows(value string) (rows [][]string, err error) {
	if strings.TrimSpace(value) == "" {
		return nil, nil
	}
	decoder := json.NewDecoder(strings.NewReader(value))
	if err := decoder.Decode(&rows); err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, errors.New("more after the rows")
	}
	return rows, nil
}

// Rows writes rows as the value of a blank.
func Rows(rows [][]string) string {
	if len(rows) == 0 {
		return ""
	}
	b, _ := json.Marshal(rows) // strings can't fail
	return string(b)
}

func cleanRows(b Blank, value string) (string, *FieldError) {
	rows, err := ParseRows(value)
	if err != nil {
		return "", bad(b, "rows", "表格内容格式不对：应为 [[\"格\",\"格\"],…]", `bad rows: want [["cell","cell"],…]`)
	}
	if len(rows) > maxRows {
		return "", bad(b, "too_many", fmt.Sprintf("行数过多：最多 %d 行", maxRows), fmt.Sprintf("too many rows: at most %d", maxRows))
	}
	for i, row := range rows {
		if len(row) != len(b.Columns) {
			return "", bad(b, "columns", fmt.Sprintf("第 %d 行应有 %d 格", i+1, len(b.Columns)), fmt.Sprintf("row %d must have %d cells", i+1, len(b.Columns)))
		}
		for j, cell := range row {
			var f errs.Fields
			if row[j] = form.Lines(&f, b.Name, cell, maxCell, false); len(f) > 0 {
				return "", bad(b, f[0].Code, fmt.Sprintf("第 %d 行“%s”：%s", i+1, b.Columns[j].Label.Zh, f[0].Zh), fmt.Sprintf("row %d, %s: %s", i+1, b.Columns[j].Label.En, f[0].En))
			}
		}
	}
	return Rows(rows), nil
}

func checkDate(b Blank, value string) (string, *FieldError) {
	date, err := caldate.Parse(value)
	if err != nil {
		return "", bad(b, "date", "没有这一天：请写成 2026-11-21 这样的真实日期", "no such day: write a real date such as 2026-11-21")
	}
	// Contracts of this house run from this century; a year of 0206 is a slip.
	b.Min, b.Max = either(b.Min, "2000-01-01"), either(b.Max, "2099-12-31")
	return date.String(), inRange(b, value, strings.Compare)
}

func checkInteger(b Blank, value string) (string, *FieldError) {
	n, err := strconv.ParseInt(value, 10, 64)
	if !integerForm.MatchString(value) || err != nil && n == 0 {
		return "", bad(b, "integer", "请填写整数，例如 1000，不要小数、逗号或指数", "write a whole number such as 1000, without decimals, commas or exponents")
	}
	if err != nil || n > maxInteger || n < -maxInteger {
		return "", bad(b, "too_large", fmt.Sprintf("数值过大：最大 %d", maxInteger), fmt.Sprintf("too large: at most %d", maxInteger))
	}
	return value, inRange(b, value, func(_, limit string) int {
		m, _ := strconv.ParseInt(limit, 10, 64)
		return int(max(-1, min(1, n-m)))
	})
}

func checkChoice(b Blank, value string) (string, *FieldError) {
	answers := []string{value}
	if b.Multiple {
		answers = strings.Split(value, ",")
	}
	seen := map[string]bool{}
	for i, a := range answers {
		answers[i] = strings.TrimSpace(a)
		if b.choice(answers[i]) == nil || seen[answers[i]] {
			var known []string
			for _, c := range b.Choices {
				known = append(known, c.Value)
			}
			list := strings.Join(known, ", ")
			return "", bad(b, "choice", "不在选项之中或重复：可选 "+list, "not one of the choices, or twice: choose from "+list)
		}
		seen[answers[i]] = true
	}
	return strings.Join(answers, ","), nil
}

// inRange checks Min and Max with the type's own order. Numbers without a Min
// are not negative.
func inRange(b Blank, value string, compare func(value, limit string) int) *FieldError {
	least := b.Min
	if least == "" && (b.Type == TypeMoney || b.Type == TypeRate || b.Type == TypeInteger) {
		least = "0"
	}
	below, above := [2]string{"不能小于 ", "must not be less than "}, [2]string{"不能大于 ", "must not be more than "}
	if b.Type == TypeDate || b.Type == TypeTime {
		below, above = [2]string{"不能早于 ", "must not be earlier than "}, [2]string{"不能晚于 ", "must not be later than "}
	}
	switch {
	case least != "" && compare(value, least) < 0:
		return bad(b, "too_small", below[0]+least, below[1]+least)
	case b.Max != "" && compare(value, b.Max) > 0:
		return bad(b, "too_large", above[0]+b.Max, above[1]+b.Max)
	}
	return nil
}

func bad(b Blank, code, zh, en string) *FieldError {
	return &FieldError{Field: b.Name, Code: code, Zh: b.Label.Zh + "：" + zh, En: b.Label.En + ": " + en}
}

// house turns an error of a value type into one of this blank.
func house(b Blank, err error) *FieldError {
	if e := errs.As(err); e != nil {
		zh, en := e.Zh, e.En
		if len(e.Fields) > 0 { // more exact
			zh, en = e.Fields[0].Zh, e.Fields[0].En
		}
		return bad(b, string(b.Type), zh, en)
	}
	return bad(b, string(b.Type), "格式不对", "not well formed")
}

func first(value string, f errs.Fields) (string, *FieldError) {
	if len(f) > 0 {
		return "", &f[0]
	}
	return value, nil
}

func either(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func shorten(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if utf8.RuneCountInString(s) > 40 {
		return string([]rune(s)[:40]) + "…"
	}
	return s
}

// show writes a filled blank into the text.
func (t *Template) show(b *Blank, value, as string) string {
	switch {
	case b.Type == TypeDate:
		return caldate.MustParse(value).Zh()
	case b.Type == TypeMoney && as == "capital":
		return money.MustYuan(value).Capital()
	case b.Type == TypeMoney:
		return money.MustYuan(value).Grouped()
	case b.Type == TypeRate && as == "percent":
		return money.MustDecimal(value).MulInt(100).String() + "%"
	case b.Type == TypeRate:
		return money.MustDecimal(value).String()
	case b.Type == TypeInteger && as == "cn":
		n, _ := strconv.Atoi(value)
		return pdf.Numeral(n)
	case b.Type == TypeInteger:
		return grouped(value)
	case b.Type == TypeTimeRange:
		return strings.Replace(value, "-", "至", 1)
	case b.Type == TypeChoice:
		var shown []string
		for _, v := range strings.Split(value, ",") {
			c := b.choice(v)
			if as == "text" {
				shown = append(shown, c.Text)
			} else {
				shown = append(shown, c.Label.Zh)
			}
		}
		return strings.Join(shown, "、")
	}
	return value
}

// grouped puts thousands separators into a whole number.
func grouped(s string) string {
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
