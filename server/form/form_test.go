package form_test

import (
	"strings"
	"testing"

	"sealgate/server/errs"
	"sealgate/server/form"
)

func TestText_countsCharactersAndNamesTheBadOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want, code string }{
		{"plain", " 信闸科技 ", "信闸科技", ""},
		{"rare characters above U+FFFF count once", strings.Repeat("𠮷", 100), strings.Repeat("𠮷", 100), ""},
		{"ten thousand", strings.Repeat("名", 10_000), "", "too_long"},
		{"missing", "  ", "", "missing"},
		{"NUL", "a\x00b", "", "bad_character"},
		{"zero width", "信\u200b闸", "", "bad_character"},
		{"a filler of Korean", "信\u3164闸", "", "bad_character"},
		{"a variation selector", "信闸\ufe0f", "", "bad_character"},
		{"an empty cell of Braille", "信\u2800闸", "", "bad_character"},
		{"what is no character", "信\ufffe闸", "", "bad_character"},
		{"a character of private use", "信\ue000闸", "", "bad_character"},
		{"a line separator", "信\u2028闸", "", "bad_character"},
		{"text direction", "信\u202e闸", "", "bad_character"},
		{"line break", "a\nb", "", "bad_character"},
		{"broken UTF-8", "a\xffb", "", "encoding"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var f errs.Fields
			got := form.Text(&f, "name", c.in, 100, true)
			if got != c.want {
				t.Errorf("got %q", got)
			}
			check(t, f, c.code)
		})
	}
}

func TestPhone_takesMobileFixedAndServiceNumbers(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"13812345678": "13812345678", "+86 138 1234 5678": "13812345678", "010-88886666": "010-88886666", "0755-26770000-801": "0755-26770000-801",
		"400-810-0000": "400-810-0000", "95588": "95588", "10086": "10086",
	} {
		var f errs.Fields
		if got := form.Phone(&f, "phone", in, true); got != want || len(f) > 0 {
			t.Errorf("%q: got %q %v", in, got, f)
		}
	}
	for _, in := range []string{"1381234567", "12812345678", "138123456789", "1.38E+10", "abc", "１３８１２３４５６７８", "010-12", "-13812345678"} {
		var f errs.Fields
		if got := form.Phone(&f, "phone", in, true); got != "" {
			t.Errorf("%q was taken as %q", in, got)
		}
		check(t, f, "phone")
	}
}

func TestEmail_wantsAnAddressAndNothingElse(t *testing.T) {
	t.Parallel()
	var f errs.Fields
	if got := form.Email(&f, "email", " li.na@mail.example.com ", true); got != "li.na@mail.example.com" || len(f) > 0 {
		t.Errorf("got %q %v", got, f)
	}
	for _, in := range []string{"li.na", "li@na", "Li <li@example.com>", "li@example.com,wang@example.com", "li@@example.com", "li@-x.com"} {
		var f errs.Fields
		form.Email(&f, "email", in, true)
		check(t, f, "email")
	}
}

func TestBankAccount_wantsDigits(t *testing.T) {
	t.Parallel()
	var f errs.Fields
	if got := form.BankAccount(&f, "bank_account", "1100 1045-3000 5300 1234", true); got != "11001045300053001234" || len(f) > 0 {
		t.Errorf("got %q %v", got, f)
	}
	for _, in := range []string{"1234567", "12345678x", strings.Repeat("1", 31), "6.22E+18"} {
		var f errs.Fields
		form.BankAccount(&f, "bank_account", in, true)
		check(t, f, "bank_account")
	}
}

func check(t *testing.T, f errs.Fields, code string) {
	t.Helper()
	switch {
	case code == "" && len(f) == 0:
	case code != "" && len(f) == 1 && f[0].Code == code && f[0].Zh != "" && f[0].En != "":
	default:
		t.Errorf("want code %q in both languages, got %+v", code, f)
	}
}
