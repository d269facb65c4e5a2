// Package form checks single inputs of a form: text, phone, e-mail, bank account. Each check gives the cleaned value and
// notes what is wrong, and how to cure it, in both languages. Limits count characters, not bytes: a rare character above
// U+FFFF is one character like any other.
package form

import (
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"sealgate/server/errs"
)

// Text cleans and checks one line of text: spaces at both ends are dropped, control and invisible formatting characters
// are refused (they make two different names look alike), more than most characters too. An empty value is an error
// where required.
func Text(f *errs.Fields, field, value string, most int, required bool) string {
	return text(f, field, value, most, required, false)
}

// Lines is Text for several lines: line breaks and tabs are allowed.
func Lines(f *errs.Fields, field, value string, most int, required bool) string {
	return text(f, field, value, most, required, true)
}

func text(f *errs.Fields, field, value string, most int, required, lines bool) string {
	if !utf8.ValidString(value) {
		f.Add(field, "encoding", "含有无法识别的字符，请用 UTF-8 编码重新输入", "has bytes that are no characters; enter it again as UTF-8")
		return ""
	}
	value = strings.TrimSpace(value)
	if value == "" {
		if required {
			f.Add(field, "missing", "必填", "required")
		}
		return ""
	}
	if n := utf8.RuneCountInString(value); n > most {
		f.Add(field, "too_long", fmt.Sprintf("太长：有 %d 个字符，最多 %d 个", n, most), fmt.Sprintf("too long: %d characters, at most %d", n, most))
		return ""
	}
	at := 0
	for _, r := range value {
		at++
		if lines && (r == '\n' || r == '\t' || r == '\r') {
			continue
		}
		if unicode.IsControl(r) || unicode.In(r, unseen...) || r == utf8.RuneError || r == blankBraille {
			f.Add(field, "bad_character", fmt.Sprintf("第 %d 个字符（U+%04X）不可见或不能使用，请删除", at, r), fmt.Sprintf("character %d (U+%04X) is invisible or can't be used; delete it", at, r))
			return ""
		}
	}
	return value
}

// unseen are the characters that leave no mark of their own on a page, or none that everybody has: two names that differ in
// them alone look the same.
var unseen = []*unicode.RangeTable{
	unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point,
}

// blankBraille is an empty cell that Unicode counts among the symbols.
const blankBraille = '\u2800'

var (
	mobileForm   = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	landlineForm = regexp.MustCompile(`^0[1-9][0-9]{1,2}-?[2-9][0-9]{6,7}(-[0-9]{1,6})?$`)
	serviceForm  = regexp.MustCompile(`^([48]00-?[0-9]{3}-?[0-9]{4}|9[0-9]{4,7}|1[0-9]{4})$`)
	accountForm  = regexp.MustCompile(`^[0-9]{8,30}$`)
	emailDomain  = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$`)
)

// Phone checks a Chinese mobile, fixed or service number ("13812345678", "010-88886666-12", "400-810-0000"); spaces and
// a leading +86 are dropped.
func Phone(f *errs.Fields, field, value string, required bool) string {
	v := strings.TrimPrefix(strings.ReplaceAll(strings.TrimSpace(value), " ", ""), "+86")
	if v == "" {
		if required {
			f.Add(field, "missing", "必填", "required")
		}
		return ""
	}
	if mobileForm.MatchString(v) || landlineForm.MatchString(v) || serviceForm.MatchString(v) {
		return v
	}
	f.Add(field, "phone", "电话号码不对：请填 11 位手机号，或带区号的座机，例如 010-88886666", "bad phone number: an 11-digit mobile number, or a fixed line with area code such as 010-88886666")
	return ""
}

// Email checks an e-mail address.
func Email(f *errs.Fields, field, value string, required bool) string {
	v := strings.TrimSpace(value)
	if v == "" {
		if required {
			f.Add(field, "missing", "必填", "required")
		}
		return ""
	}
	a, err := mail.ParseAddress(v)
	_, domain, _ := strings.Cut(v, "@")
	if err != nil || a.Address != v || a.Name != "" || len(v) > 254 || !emailDomain.MatchString(domain) {
		f.Add(field, "email", "电子邮箱格式不对，例如 name@example.com", "bad e-mail address, such as name@example.com")
		return ""
	}
	return v
}

// BankAccount checks a company's bank account: 8 to 30 digits, spaces and hyphens dropped. Company accounts carry no
// check digit that all banks share.
func BankAccount(f *errs.Fields, field, value string, required bool) string {
	v := strings.NewReplacer(" ", "", "-", "").Replace(strings.TrimSpace(value))
	if v == "" {
		if required {
			f.Add(field, "missing", "必填", "required")
		}
		return ""
	}
	if !accountForm.MatchString(v) {
		f.Add(field, "bank_account", "银行账号不对：应为 8 至 30 位数字", "bad bank account: 8 to 30 digits")
		return ""
	}
	return v
}
