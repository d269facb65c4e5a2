package money

import "strings"

// Capital is the amount in the capital numerals of bills of exchange (正确填写票据和结算凭证的基本规定, billing.md "Types and
// rounding"), in our one form: 人民币 in front, 元, 整 only when there is neither 角 nor 分, one 零 for a gap, no 零 before a
// 角 that is not zero, 零 between 元 and 分 when 角 is zero, 零元整 for nothing, （负数） before the amount for negatives.
// It is complete to MaxFen and stays readable for every larger sum too.
func (f Fen) Capital() string {
	sign, yuan, jiao, fen := split(f)
	if sign {
		return "人民币（负数）" + capital(yuan, jiao, fen, ownForm)
	}
	return "人民币" + capital(yuan, jiao, fen, ownForm)
}

// form chooses among the spellings that the rules for bills of exchange leave open.
type form struct {
	zeroAfterSection bool // 壹拾万零柒仟, else 壹拾万柒仟: the 万 digit is 0 and the 千 digit is not
	zeroBeforeJiao   bool // 元零伍角, else 元伍角: the 元 digit is 0 and the 角 digit is not
	wholeAfterJiao   bool // 伍角整, else 伍角
}

var ownForm = form{zeroAfterSection: true}

var (
	digitWords = [10]string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}
	placeWords = [4]string{"", "拾", "佰", "仟"}
)

func split(f Fen) (negative bool, yuan uint64, jiao, fen int) {
	n := uint64(f)
	if f < 0 {
		negative, n = true, -n // two's complement: right for the smallest int64 too
	}
	return negative, n / 100, int(n / 10 % 10), int(n % 10)
}

func capital(yuan uint64, jiao, fen int, o form) string {
	if yuan == 0 && jiao == 0 && fen == 0 {
		return "零元整"
	}
	var b strings.Builder
	if yuan > 0 {
		b.WriteString(wholeYuan(yuan, o))
		b.WriteString("元")
	}
	if jiao == 0 && fen == 0 {
		b.WriteString("整")
		return b.String()
	}
	switch {
	case jiao > 0:
		if o.zeroBeforeJiao && yuan > 0 && yuan%10 == 0 {
			b.WriteString("零")
		}
		b.WriteString(digitWords[jiao] + "角")
	case yuan > 0:
		b.WriteString("零")
	}
	if fen > 0 {
		b.WriteString(digitWords[fen] + "分")
	} else if o.wholeAfterJiao {
		b.WriteString("整")
	}
	return b.String()
}

// wholeYuan spells a positive number digit by digit. Sections of four digits end in 万, 亿, 万(亿), 亿(亿); a gap of zeros
// becomes one 零 before the next digit that is not zero.
func wholeYuan(n uint64, o form) string {
	var digits []int // units first
	for ; n > 0; n /= 10 {
		digits = append(digits, int(n%10))
	}
	var b strings.Builder
	gap, sectionHas, hundredMillions := false, false, false
	for p := len(digits) - 1; p >= 0; p-- {
		d, place, section := digits[p], p%4, p/4
		if d == 0 {
			gap = true
		} else {
			if gap && (place != 3 || o.zeroAfterSection) {
				b.WriteString("零")
			}
			gap = false
			b.WriteString(digitWords[d] + placeWords[place])
			sectionHas = true
		}
		if place > 0 {
			continue
		}
		switch section {
		case 1, 3:
			if sectionHas {
				b.WriteString("万")
			}
		case 2, 4:
			if sectionHas || hundredMillions {
				b.WriteString("亿")
			}
		}
		hundredMillions = sectionHas && section == 3 // 壹万亿: the 亿 of an empty section still closes the 万 before it
		sectionHas = false
	}
	return b.String()
}

// sameGlyph maps the other characters that banks must accept to those of our form.
var sameGlyph = strings.NewReplacer("圆", "元", "圓", "元", "正", "整", "貳", "贰", "陸", "陆", "億", "亿", "萬", "万")

// CapitalEquals tells whether text is the amount f in capital numerals, in our form or in an official alternative: 圆 for
// 元, 正 for 整, 貳陸億萬圓, 整 after 角, and the 零 that may be written or left out where the 万 or 元 digit is zero and the
// digit after it is not. Anything else (一二三, 另, missing 整 after 元, missing 人民币) is refused.
func CapitalEquals(text string, f Fen) bool {
	t := sameGlyph.Replace(strings.TrimSpace(text))
	negative, yuan, jiao, fen := split(f)
	if negative {
		if !strings.Contains(t, "（负数）") {
			return false
		}
		t = strings.Replace(t, "（负数）", "", 1)
	}
	t, ok := strings.CutPrefix(t, "人民币")
	if !ok {
		return false
	}
	for i := range 8 {
		o := form{zeroAfterSection: i&1 != 0, zeroBeforeJiao: i&2 != 0, wholeAfterJiao: i&4 != 0}
		if t == capital(yuan, jiao, fen, o) {
			return true
		}
	}
	return false
}
