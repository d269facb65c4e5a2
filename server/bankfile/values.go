package bankfile

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"sealgate/server/caldate"
	"sealgate/server/money"
)

// clean turns full-width characters into half-width ones, drops what spreadsheets put around a value (="0012", a leading
// apostrophe) and trims every kind of blank.
func clean(s string) string {
	s = strings.TrimFunc(width.Fold.String(s), blank)
	if t, ok := strings.CutPrefix(s, `="`); ok && strings.HasSuffix(t, `"`) {
		s = strings.TrimFunc(strings.TrimSuffix(t, `"`), blank)
	}
	s = strings.TrimFunc(strings.TrimPrefix(s, "'"), blank)
	return strings.Map(func(r rune) rune {
		switch r {
		case '\u2212', '\u2013', '\ufe63':
			return '-'
		case '\u00a0', '\u3000', '\t', '\r', '\n':
			return ' '
		}
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) { // marks that nobody sees
			return -1
		}
		return r
	}, s)
}

func blank(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' || r == '\u200e' }

var (
	plainAmount   = regexp.MustCompile(`^[0-9]+(\.[0-9]*)?$|^\.[0-9]+$`)
	groupedAmount = regexp.MustCompile(`^[0-9]{1,3}([, '][0-9]{3})+(\.[0-9]*)?$`)
	separators    = strings.NewReplacer(",", "", " ", "", "'", "")
)

// Amount reads an amount as banks write it: 1,234.56, ¥1234.5, １２３４．５６, (12.00), 12.00-, -12. empty tells a cell without
// an amount ("", "-", "--"). 1e3, NaN, three decimals, groups that are no thousands and more than 9,999,999,999,999.99 are
// refused.
func Amount(s string) (f money.Fen, empty bool, err error) {
	s = clean(s)
	switch s {
	case "", "-", "--", "---", "—", "/", "\\":
		return 0, true, nil
	}
	negative := false
	if t, ok := strings.CutPrefix(s, "("); ok && strings.HasSuffix(t, ")") {
		negative, s = true, strings.TrimSuffix(t, ")")
	}
	sign := func() bool {
		t := strings.TrimFunc(s, blank)
		switch {
		case strings.HasPrefix(t, "-") && !negative:
			negative, s = true, t[1:]
		case strings.HasPrefix(t, "+") && !negative:
			s = t[1:]
		default:
			s = t
			return false
		}
		return true
	}
	signed := sign()
	for _, c := range []string{"人民币", "RMB", "CNY", "¥"} {
		s = strings.TrimFunc(strings.TrimPrefix(s, c), blank)
	}
	s = strings.TrimFunc(strings.TrimSuffix(strings.TrimSuffix(s, "元"), "CNY"), blank)
	if !signed {
		signed = sign()
	}
	if t, ok := strings.CutSuffix(s, "-"); ok && !signed && !negative {
		negative, s = true, strings.TrimFunc(t, blank)
	}
	switch {
	case plainAmount.MatchString(s):
	case groupedAmount.MatchString(s):
		s = separators.Replace(s)
	default:
		return 0, false, errAmount
	}
	whole, frac, _ := strings.Cut(s, ".")
	frac = strings.TrimRight(frac, "0")
	if len(frac) > 2 {
		return 0, false, errPrecision
	}
	whole = strings.TrimLeft(whole, "0")
	n, err := strconv.ParseInt("0"+whole+(frac + "00")[:2], 10, 64)
	if err != nil || money.Fen(n) > money.MaxFen {
		return 0, false, errHuge
	}
	if negative {
		n = -n
	}
	return money.Fen(n), false, nil
}

var (
	dashedDate  = regexp.MustCompile(`^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?$`)
	chineseDate = regexp.MustCompile(`^([0-9]{4})年\s*([0-9]{1,2})月\s*([0-9]{1,2})日?(?:[^0-9].*)?$`)
	denseDate   = regexp.MustCompile(`^([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{4}(?:[0-9]{2,5})?|[T ][0-9:].*)?$`)
	serialDate  = regexp.MustCompile(`^([0-9]{5})(?:\.[0-9]+)?$`)
)

// Date reads a day as banks write it, with or without a time: 2026-11-16, 2026/1/5, 2026.11.16, 20261116, 20261116093000,
// 2026年11月16日. Days and months that could be mixed up (05/06/2026) are refused. serial also takes the day numbers of
// spreadsheets.
func Date(s string, serial bool) (caldate.Date, error) {
	s = clean(s)
	for _, form := range []*regexp.Regexp{dashedDate, chineseDate, denseDate} {
		if m := form.FindStringSubmatch(s); m != nil {
			y, _ := strconv.Atoi(m[1])
			mon, _ := strconv.Atoi(m[2])
			day, _ := strconv.Atoi(m[3])
			d := caldate.New(y, mon, day)
			if mon < 1 || d.Month() != mon || d.Day() != day || y < 1990 || y > 2199 {
				return caldate.Date{}, errDate
			}
			return d, nil
		}
	}
	if m := serialDate.FindStringSubmatch(s); serial && m != nil {
		n, _ := strconv.Atoi(m[1])
		if n > 32874 && n < 109574 { // 1990 to 2199
			return caldate.New(1899, 12, 30).AddDays(n), nil
		}
	}
	return caldate.Date{}, errDate
}

// direction reads a mark of debit or credit, as an account's owner sees them: 借 is out, 贷 is in.
func direction(s string) (Direction, bool) {
	switch strings.ToUpper(strings.ReplaceAll(clean(s), " ", "")) {
	case "贷", "贷方", "贷记", "收入", "收", "收款", "转入", "存入", "入账", "来账", "C", "CR", "CRDT", "CREDIT", "+", "进":
		return In, true
	case "借", "借方", "借记", "支出", "支", "付", "付款", "转出", "支取", "出账", "往账", "D", "DR", "DBIT", "DEBIT", "-", "出":
		return Out, true
	}
	return "", false
}
