package money_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sealgate/server/money"
)

func TestCapital_writesOurOneForm(t *testing.T) {
	t.Parallel()
	cases := []struct {
		fen  money.Fen
		want string
	}{
		{0, "零元整"},
		{1, "壹分"},
		{5, "伍分"},
		{50, "伍角"},
		{53, "伍角叁分"},
		{100, "壹元整"},
		{105, "壹元零伍分"},
		{150, "壹元伍角"},
		{1000, "壹拾元整"},
		{1005, "壹拾元零伍分"},
		{1050, "壹拾元伍角"},
		{11989, "壹佰壹拾玖元捌角玖分"},
		{32504, "叁佰贰拾伍元零肆分"},
		{140950, "壹仟肆佰零玖元伍角"},
		{168032, "壹仟陆佰捌拾元叁角贰分"},
		{600714, "陆仟零柒元壹角肆分"},
		{1000000, "壹万元整"},
		{1005000, "壹万零伍拾元整"},
		{1640902, "壹万陆仟肆佰零玖元零贰分"},
		{10700053, "壹拾万零柒仟元伍角叁分"}, // billing.md example 11
		{10070000, "壹拾万零柒佰元整"},
		{100000000, "壹佰万元整"},
		{100700000, "壹佰万零柒仟元整"},
		{1007000000, "壹仟零柒万元整"},
		{10000000000, "壹亿元整"},
		{10000500000, "壹亿零伍仟元整"},
		{10500000000, "壹亿零伍佰万元整"},
		{105000000000, "壹拾亿零伍仟万元整"},
		{100000000000000, "壹万亿元整"},
		{100050000000000, "壹万零伍亿元整"},
		{100000050000000, "壹万亿零伍拾万元整"},
		{100000000000001, "壹万亿元零壹分"},
		{money.MaxFen, "玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"},
		{-10700053, "（负数）壹拾万零柒仟元伍角叁分"},
	}
	for _, c := range cases {
		if got := c.fen.Capital(); got != "人民币"+c.want {
			t.Errorf("%s = %s, want 人民币%s", c.fen.Grouped(), got, c.want)
		}
	}
}

func TestCapitalEquals_acceptsTheOfficialAlternativesOnly(t *testing.T) {
	t.Parallel()
	cases := []struct {
		fen  money.Fen
		text string
		want bool
	}{
		{10700053, "人民币壹拾万零柒仟元伍角叁分", true},
		{10700053, "人民币壹拾万柒仟元零伍角叁分", true},
		{10700053, "人民币壹拾万柒仟元伍角叁分", true},
		{10700053, "人民币壹拾萬零柒仟圓零伍角叁分", true},
		{168032, "人民币壹仟陆佰捌拾元零叁角贰分", true},
		{168032, "人民币壹仟陸佰捌拾圆叁角貳分", true},
		{140950, "人民币壹仟肆佰零玖元伍角整", true},
		{140950, "人民币壹仟肆佰零玖元伍角正", true},
		{140950, "人民币壹仟肆佰玖元伍角", false},
		{140950, "人民币壹仟肆佰零玖元零伍角", false},
		{10000, "人民币壹佰元正", true},
		{10000, "人民币壹佰圆整", true},
		{10000, "人民币壹佰元", false},
		{10000, "壹佰元整", false},
		{10000, "人民币一百元整", false},
		{10001, "人民币壹佰元壹分", false},
		{10001, "人民币壹佰元零壹分", true},
		{10001, "人民币壹佰元零壹分整", false},
		{10000, "人民币壹佰零壹元整", false},
		{-10000, "人民币（负数）壹佰元整", true},
		{-10000, "（负数）人民币壹佰元整", true},
		{-10000, "人民币壹佰元整", false},
		{10000, "人民币（负数）壹佰元整", false},
		{0, "人民币零元整", true},
	}
	for _, c := range cases {
		if got := money.CapitalEquals(c.text, c.fen); got != c.want {
			t.Errorf("CapitalEquals(%s, %s) = %v", c.text, c.fen.Yuan(), got)
		}
	}
}

// value reads numerals back by a way of its own (sum of digit × place), so that it can judge Capital.
func value(t *rapid.T, s string) int64 {
	digits := map[rune]int64{'壹': 1, '贰': 2, '叁': 3, '肆': 4, '伍': 5, '陆': 6, '柒': 7, '捌': 8, '玖': 9}
	places := map[rune]int64{'拾': 10, '佰': 100, '仟': 1000}
	var total, section, d int64
	for _, r := range strings.TrimPrefix(s, "人民币") {
		switch {
		case digits[r] > 0:
			d = digits[r]
		case places[r] > 0:
			section, d = section+d*places[r], 0
		case r == '万':
			total, section, d = total+(section+d)*10_000, 0, 0
		case r == '亿':
			total, section, d = (total+section+d)*100_000_000, 0, 0
		case r == '元':
			total, section, d = (total+section+d)*100, 0, 0
		case r == '角':
			total, d = total+d*10, 0
		case r == '分':
			total, d = total+d, 0
		case r == '零' || r == '整':
		default:
			t.Fatalf("unexpected %c in %s", r, s)
		}
	}
	return total
}

func TestCapital_readsBackAsTheSameAmount(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// Sparse digits: gaps are where numerals go wrong.
		var n int64
		for range 15 {
			d := int64(0)
			if rapid.Bool().Draw(t, "nonzero") {
				d = rapid.Int64Range(1, 9).Draw(t, "digit")
			}
			n = n*10 + d
		}
		s := money.Fen(n).Capital()
		if got := value(t, s); got != n {
			t.Fatalf("%d is written %s, which reads %d", n, s, got)
		}
		if strings.Contains(s, "零零") || (strings.Contains(s, "零元") && n != 0) {
			t.Fatalf("ill-formed: %s", s)
		}
		if !money.CapitalEquals(s, money.Fen(n)) || money.CapitalEquals(s, money.Fen(n+1)) {
			t.Fatalf("the checker misjudges %s", s)
		}
	})
}

// Every amount whose digits are 0, 1 or 9 in all places from 分 to 万亿: each combination of gaps that numerals can have.
func TestCapital_isRightForEveryPatternOfGaps(t *testing.T) {
	t.Parallel()
	digits := map[rune]int64{'壹': 1, '玖': 9}
	places := map[rune]int64{'拾': 10, '佰': 100, '仟': 1000}
	read := func(s string) int64 {
		var total, section, d int64
		for _, r := range strings.TrimPrefix(s, "人民币") {
			switch {
			case digits[r] > 0:
				d = digits[r]
			case places[r] > 0:
				section, d = section+d*places[r], 0
			case r == '万':
				total, section, d = total+(section+d)*10_000, 0, 0
			case r == '亿':
				total, section, d = (total+section+d)*100_000_000, 0, 0
			case r == '元':
				total, section, d = (total+section+d)*100, 0, 0
			case r == '角':
				total, d = total+d*10, 0
			case r == '分':
				total, d = total+d, 0
			}
		}
		return total
	}
	for bits := range 1 << 15 {
		var n int64
		for p := 14; p >= 0; p-- {
			n *= 10
			if bits>>p&1 == 1 {
				n += []int64{1, 9}[p%2]
			}
		}
		s := money.Fen(n).Capital()
		if read(s) != n || strings.Contains(s, "零零") || strings.Contains(s, "零元") && n != 0 || strings.Contains(s, "零万") || strings.Contains(s, "零亿") || strings.HasSuffix(s, "零") ||
			strings.HasSuffix(s, "整") != (n%100 == 0) || !money.CapitalEquals(s, money.Fen(n)) {
			t.Fatalf("%d is written %s, which reads %d", n, s, read(s))
		}
		if n > 0 {
			minus := money.Fen(-n).Capital()
			if minus != "人民币（负数）"+strings.TrimPrefix(s, "人民币") || !money.CapitalEquals(minus, money.Fen(-n)) || money.CapitalEquals(minus, money.Fen(n)) {
				t.Fatalf("-%d is written %s", n, minus)
			}
		}
	}
}

// FuzzCapitalEquals: whatever text is taken for an amount says that amount in official characters and no other one.
func FuzzCapitalEquals(f *testing.F) {
	for _, s := range []string{"人民币壹拾万柒仟元零伍角叁分", "人民币壹佰圆正", "人民币（负数）壹分", "壹佰元整", "人民币", "人民币零元整"} {
		f.Add(s, int64(10700053))
	}
	f.Add("人民币壹佰元整", int64(10000))
	f.Fuzz(func(t *testing.T, text string, n int64) {
		amount := money.Fen(n)
		if !money.CapitalEquals(text, amount) {
			return
		}
		for _, other := range []money.Fen{amount + 1, amount - 1, amount * 10, -amount} {
			if other != amount && money.CapitalEquals(text, other) {
				t.Fatalf("%q is both %s and %s", text, amount, other)
			}
		}
	})
}
