// Package money has the only places where amounts, prices and rates are converted and rounded. Amounts are whole fen
// (int64); unit prices, rates and shares are exact decimals; no float ever touches either (billing.md "Types and rounding").
package money

import (
	"database/sql/driver"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"sealgate/server/errs"
)

// Fen is an amount of money in fen (1/100 yuan).
type Fen int64

// MaxFen is the largest amount that we take from anyone: 9,999,999,999,999.99 yuan, the end of our capital numerals.
const MaxFen Fen = 999_999_999_999_999

var (
	errAmount = errs.Invalid("money.amount", "金额格式不对：请写成最多两位小数的元，例如 1234.56", "bad amount: write yuan with at most two decimals, such as 1234.56")
	errHuge   = errs.Invalid("money.too_large", "金额过大：最多 9,999,999,999,999.99 元", "amount too large: at most 9,999,999,999,999.99 yuan")
	errRate   = errs.Invalid("money.decimal", "数值格式不对：请写成最多六位小数的数，例如 0.085", "bad number: write at most six decimals, such as 0.085")

	amountForm  = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]{1,2})?$`)
	decimalForm = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]{1,6})?$`)
)

// ParseYuan reads an amount in yuan such as "1234.56"; 1e3, NaN, "1,000", three decimals and more than MaxFen are refused.
// Negative amounts are read; who may not take them refuses them.
func ParseYuan(s string) (Fen, error) {
	if !amountForm.MatchString(s) {
		return 0, errAmount
	}
	neg := strings.HasPrefix(s, "-")
	whole, frac, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	n, err := strconv.ParseInt(whole+(frac + "00")[:2], 10, 64)
	if err != nil || Fen(n) > MaxFen {
		return 0, errHuge
	}
	if neg {
		n = -n
	}
	return Fen(n), nil
}

// MustYuan is ParseYuan for constants and tests.
func MustYuan(s string) Fen {
	f, err := ParseYuan(s)
	if err != nil {
		panic(err)
	}
	return f
}

// Yuan is the plain form "1234.56".
func (f Fen) Yuan() string {
	sign, n := "", int64(f)
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// Grouped is the form for people: "1,234.56".
func (f Fen) Grouped() string {
	s := f.Yuan()
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	whole, frac, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + whole + "." + frac
}

func (f Fen) String() string { return f.Yuan() }

// Decimal is the amount in yuan as an exact decimal.
func (f Fen) Decimal() Decimal { return Decimal{decimal.New(int64(f), -2)} }

// Decimal is an exact decimal: a unit price in yuan, a rate or a share.
type Decimal struct{ d decimal.Decimal }

// ParseDecimal reads a decimal with at most six places; 1e3 and NaN are refused.
func ParseDecimal(s string) (Decimal, error) {
	if len(s) > 24 || !decimalForm.MatchString(s) {
		return Decimal{}, errRate
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return Decimal{}, errRate.Because(err)
	}
	return Decimal{d}, nil
}

// MustDecimal is ParseDecimal for constants and tests.
func MustDecimal(s string) Decimal {
	d, err := ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

// NewDecimal is a whole number as a Decimal.
func NewDecimal(n int64) Decimal { return Decimal{decimal.NewFromInt(n)} }

func (a Decimal) String() string { return a.d.String() }

// Add, Sub and Mul are exact.
func (a Decimal) Add(b Decimal) Decimal { return Decimal{a.d.Add(b.d)} }
func (a Decimal) Sub(b Decimal) Decimal { return Decimal{a.d.Sub(b.d)} }
func (a Decimal) Mul(b Decimal) Decimal { return Decimal{a.d.Mul(b.d)} }

// MulInt is exact.
func (a Decimal) MulInt(n int64) Decimal { return Decimal{a.d.Mul(decimal.NewFromInt(n))} }

// Cmp is -1, 0 or +1.
func (a Decimal) Cmp(b Decimal) int { return a.d.Cmp(b.d) }

// Sign is -1, 0 or +1.
func (a Decimal) Sign() int { return a.d.Sign() }

// IsZero tells 0.
func (a Decimal) IsZero() bool { return a.d.IsZero() }

// Fen rounds an amount in yuan once, half up (away from zero), to the fen: the only rounding of a bill's line.
func (a Decimal) Fen() Fen { return Fen(a.d.Shift(2).Round(0).IntPart()) }

// FenOver is a / den in yuan, rounded once, half up (away from zero), to the fen; the quotient is never written out, so
// nothing but the result is rounded. den must be positive.
func (a Decimal) FenOver(den Decimal) Fen { return Fen(roundQuotient(a.d.Shift(2), den.d).IntPart()) }

// Quo is a / den rounded half up to a number of places, for prices that are shown; amounts use FenOver.
func (a Decimal) Quo(den Decimal, places int32) Decimal {
	return Decimal{roundQuotient(a.d.Shift(places), den.d).Shift(-places)}
}

// MulDiv is round(f × num / den), half up (away from zero): prorated rent, shares by days. den must be positive.
func (f Fen) MulDiv(num, den int64) Fen {
	q := decimal.NewFromInt(int64(f)).Mul(decimal.NewFromInt(num))
	return Fen(roundQuotient(q, decimal.NewFromInt(den)).IntPart())
}

// NetOfTax splits a gross amount by a rate such as 0.09: net = round(gross / (1 + rate)), tax = gross − net, per line.
func (f Fen) NetOfTax(rate Decimal) (net, tax Fen) {
	q := roundQuotient(decimal.NewFromInt(int64(f)), decimal.NewFromInt(1).Add(rate.d))
	net = Fen(q.IntPart())
	return net, f - net
}

// roundQuotient is num/den rounded half away from zero, exactly: no intermediate rounding can tip a half.
func roundQuotient(num, den decimal.Decimal) decimal.Decimal {
	neg := num.Sign() < 0
	num = num.Abs()
	q, r := num.QuoRem(den, 0)
	if r.Mul(decimal.NewFromInt(2)).Cmp(den) >= 0 {
		q = q.Add(decimal.NewFromInt(1))
	}
	if neg {
		return q.Neg()
	}
	return q
}

// MarshalText and UnmarshalText make a Decimal a JSON string ("0.085"): JSON numbers would pass through floats.
func (a Decimal) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; "" is 0.
func (a *Decimal) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*a = Decimal{}
		return nil
	}
	d, err := ParseDecimal(string(b))
	*a = d
	return err
}

// Scan and Value store a Decimal as VARCHAR: exact in both databases.
func (a *Decimal) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*a = Decimal{}
		return nil
	case []byte:
		return a.Scan(string(v))
	case string:
		d, err := decimal.NewFromString(v)
		a.d = d
		return err
	case int64:
		a.d = decimal.NewFromInt(v)
		return nil
	}
	return fmt.Errorf("money: can't scan %T", src)
}

// Value implements driver.Valuer.
func (a Decimal) Value() (driver.Value, error) { return a.String(), nil }

// GormDataType tells gorm that it is text.
func (Decimal) GormDataType() string { return "varchar(40)" }
