package customer

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// usccAlphabet are the 31 characters of the code; I, O, S, V and Z are left out because they are misread. A character's
// place is its value.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// ParseUSCC checks a unified social credit code (GB 32100-2015, C01): 18 characters of usccAlphabet, places 3 to 8 digits
// (the district that registered it), the last one a check character with weights 3^i mod 31. Spaces at the ends are
// dropped and lower case is taken as upper. The error tells whether length, alphabet or check character is wrong.
func ParseUSCC(s string) (string, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if n := utf8.RuneCountInString(s); n != 18 {
		return "", ErrUSCC.At("uscc", "length",
			fmt.Sprintf("统一社会信用代码应为 18 位，现为 %d 位；请对照营业执照重新填写", n),
			fmt.Sprintf("the unified social credit code has 18 characters, this one %d; copy it from the business licence", n))
	}
	sum, weight := 0, 1
	for i, r := range []rune(s) {
		v := strings.IndexRune(usccAlphabet, r)
		if v < 0 || i >= 2 && i < 8 && v > 9 {
			return "", ErrUSCC.At("uscc", "alphabet",
				fmt.Sprintf("第 %d 位“%c”不能出现在统一社会信用代码里（不用 I、O、S、V、Z，第 3 至 8 位为数字）；请检查 0 与 O、1 与 I", i+1, r),
				fmt.Sprintf("character %d, “%c”, can't stand there (I, O, S, V, Z are not used, places 3 to 8 are digits); check 0 against O and 1 against I", i+1, r))
		}
		if i == 17 {
			if want := (31 - sum%31) % 31; v != want {
				return "", ErrUSCC.At("uscc", "check_digit",
					fmt.Sprintf("第 18 位校验位不对：按前 17 位应为“%c”，现为“%c”；第 18 位或前面某位填错了，请对照营业执照逐位核对", usccAlphabet[want], r),
					fmt.Sprintf("character 18, the check digit, is wrong: by the 17 before it must be “%c” and is “%c”; it or one before it is mistyped; compare each with the business licence", usccAlphabet[want], r))
			}
			break
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	return s, nil
}
