package screening_test

import (
	"fmt"
	"strings"
	"testing"

	"sealgate/server/screening"
)

func TestContacts_findsLinksAndPhoneNumbersAsScreeningDoes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"您的订单已发货，请查收。":                                  "",
		"详情见https://m.Example.com/a?b=1，客服400-810-1234": "https://m.Example.com/a?b=1=m.example.com 400-810-1234=4008101234",
		"详情见shop.example.cn，退订回T":                       "shop.example.cn=shop.example.cn",
		"致电０２８－８５５５１２３４":                                "０２８－８５５５１２３４=02885551234",
		"验证码123456，5分钟内有效":                              "",
	} {
		found, err := screening.Contacts(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range found {
			if text[c.From:c.To] != c.Text {
				t.Errorf("%q: the place of %q holds %q", text, c.Text, text[c.From:c.To])
			}
			got = append(got, fmt.Sprintf("%s=%s%s", c.Text, c.Host, c.Digits))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", text, strings.Join(got, " "), want)
		}
	}
}

func TestContact_isComparedWithWhatIsOnFile(t *testing.T) {
	t.Parallel()
	link := screening.Contact{Text: "https://M.example.com/a/", Host: "m.example.com"}
	phone := screening.Contact{Text: "400-810-1234", Digits: "4008101234"}
	for name, is := range map[string][2]bool{
		"its domain":            {link.UnderDomain("example.com"), true},
		"a domain that ends so": {link.UnderDomain("ple.com"), false},
		"its address":           {link.IsAddress("m.example.com/a"), true},
		"another address":       {link.IsAddress("m.example.com/b"), false},
		"its number":            {phone.IsPhone("4008 101 234"), true},
		"another number":        {phone.IsPhone("400-810-1235"), false},
		"a number's domain":     {phone.UnderDomain(""), false},
		"a link's number":       {link.IsPhone(""), false},
	} {
		if is[0] != is[1] {
			t.Errorf("%s: %v", name, is[0])
		}
	}
}
