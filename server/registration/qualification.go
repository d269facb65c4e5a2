package registration

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/form"
	"sealgate/server/licence"
)

// Handler is the person who acts for the customer (经办人), with the validity of the letter of authorisation. Name, identity
// number and phone are personal data: they are stored sealed, rows hold only the masks.
type Handler struct {
	Name           string       `json:"name"`
	IDNumber       string       `json:"id_number"`
	Phone          string       `json:"phone"`
	AuthorisedFrom caldate.Date `json:"authorised_from"`
	AuthorisedTo   caldate.Date `json:"authorised_to"`
}

// minLetterMonths is how much validity a letter of authorisation must have left when it is filed: more than this (L09).
const minLetterMonths = 6

// letterFits tells whether a letter that ends on a day may be filed on another.
func letterFits(to, on caldate.Date) bool { return to.After(monthsLater(on, minLetterMonths)) }

// monthsLater is the same day n months on, or the last one where that month has no such day.
func monthsLater(d caldate.Date, n int) caldate.Date { return d.MonthOf().Add(n).Day(d.Day()) }

var idForm = regexp.MustCompile(`^[1-9][0-9]{16}[0-9X]$`)

// checkHandler cleans the handler's data; wrong fields are noted.
func checkHandler(f *errs.Fields, h Handler, today caldate.Date) Handler {
	h.Name = form.Text(f, "handler.name", h.Name, 50, true)
	h.Phone = form.Phone(f, "handler.phone", h.Phone, true)
	h.IDNumber = checkIDNumber(f, "handler.id_number", h.IDNumber)
	switch {
	case h.AuthorisedFrom.IsZero():
		f.Add("handler.authorised_from", "missing", "请填写授权开始日期", "give the first day of the authorisation")
	case h.AuthorisedFrom.After(today):
		f.Add("handler.authorised_from", "future", "授权从 "+h.AuthorisedFrom.String()+" 才开始，届时再登记", "the authorisation begins on "+h.AuthorisedFrom.String()+"; register it then")
	}
	switch {
	case h.AuthorisedTo.IsZero():
		f.Add("handler.authorised_to", "missing", "请填写授权截止日期", "give the last day of the authorisation")
	case !h.AuthorisedFrom.IsZero() && h.AuthorisedTo.Before(h.AuthorisedFrom):
		f.Add("handler.authorised_to", "order", "授权截止日期早于开始日期", "the last day of the authorisation is before the first")
	case !letterFits(h.AuthorisedTo, today):
		f.Add("handler.authorised_to", "too_short", fmt.Sprintf("授权书有效期至 %s，报备时须剩余 %d 个月以上（晚于 %s）；请换新的授权书", h.AuthorisedTo, minLetterMonths, monthsLater(today, minLetterMonths)),
			fmt.Sprintf("the letter of authorisation ends on %s; more than %d months must be left when it is filed (after %s); get a new letter", h.AuthorisedTo, minLetterMonths, monthsLater(today, minLetterMonths)))
	}
	return h
}

// checkIDNumber checks a resident identity number (GB 11643): date of birth and check character.
func checkIDNumber(f *errs.Fields, field, value string) string {
	v := strings.ToUpper(strings.TrimSpace(value))
	if v == "" {
		f.Add(field, "missing", "必填", "required")
		return ""
	}
	if !idForm.MatchString(v) {
		f.Add(field, "id_number", "身份证号应为 18 位：17 位数字加一位校验码（数字或 X）", "an identity number has 18 characters: 17 digits and a check character, a digit or X")
		return ""
	}
	if born := v[6:10] + "-" + v[10:12] + "-" + v[12:14]; !isDate(born) {
		f.Add(field, "id_birth", "身份证号第 7 至 14 位不是存在的日期："+born, "characters 7 to 14 of the identity number are no date that exists: "+born)
		return ""
	}
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(v[i]-'0') * w
	}
	if v[17] != "10X98765432"[sum%11] {
		f.Add(field, "id_check", "身份证号第 18 位校验码不对：有一位或几位填错了，请逐位核对", "character 18, the check character of the identity number, is wrong: one or more are mistyped; compare each")
		return ""
	}
	return v
}

func isDate(s string) bool { _, err := caldate.Parse(s); return err == nil }

// Masks are what screens show of a handler.
type Masks struct {
	Name     string
	IDNumber string
	Phone    string
}

// mask hides the middle of the handler's data.
func (h Handler) mask() Masks {
	return Masks{Name: hide(h.Name, 1, 0), IDNumber: hide(h.IDNumber, 4, 2), Phone: hide(h.Phone, 3, 4)}
}

// hide leaves the first and last characters of a text; what is too short for that is hidden whole but for the first.
func hide(s string, first, last int) string {
	r := []rune(s)
	if len(r) <= first+last {
		first, last = min(1, len(r)), 0
	}
	for i := first; i < len(r)-last; i++ {
		r[i] = '*'
	}
	return string(r)
}

// checkLicences cleans the list of licence kinds: the business licence is always part of a qualification.
func checkLicences(f *errs.Fields, kinds []licence.Kind) []licence.Kind {
	out := []licence.Kind{licence.Business}
	for i, k := range kinds {
		switch {
		case !slices.Contains(licence.Kinds(), k):
			f.Add(fmt.Sprintf("licences[%d]", i), "unknown", "没有这种证照", "no such kind of licence")
		case !slices.Contains(out, k):
			out = append(out, k)
		}
	}
	return out
}
