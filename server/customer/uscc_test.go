package customer_test

import (
	"strings"
	"testing"

	"sealgate/server/customer"
	"sealgate/server/errs"
)

func TestParseUSCC_tellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, code string }{
		{"valid", "91350100M000100Y43", ""}, // the example of GB 32100-2015
		{"lower case and spaces", " 91350100m000100y43 ", ""},
		{"too short", "91350100M000100Y4", "length"},
		{"too long", "91350100M000100Y433", "length"},
		{"empty", "", "length"},
		{"ten thousand", strings.Repeat("9", 10_000), "length"},
		{"letter I", "91350100M000100I43", "alphabet"},
		{"letter O for 0", "9135O100M000100Y43", "alphabet"},
		{"letter in the district", "91A50100M000100Y43", "alphabet"},
		{"Chinese character", "91350100M000100Y4三", "alphabet"},
		{"full width", "９1350100M000100Y43", "alphabet"},
		{"check digit", "91350100M000100Y44", "check_digit"},
		{"two swapped", "91350010M000100Y43", "check_digit"},
		{"one mistyped", "91350100M000200Y43", "check_digit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := customer.ParseUSCC(c.in)
			if c.code == "" {
				if err != nil || got != "91350100M000100Y43" {
					t.Fatalf("%q %v", got, err)
				}
				return
			}
			e := errs.As(err)
			if e == nil || len(e.Fields) != 1 || e.Fields[0].Code != c.code || e.Fields[0].Zh == "" || e.Fields[0].En == "" {
				t.Fatalf("want %s, got %v", c.code, err)
			}
		})
	}
}

// Any single wrong character is found: that is what weights that are coprime with a prime modulus are for.
func TestParseUSCC_findsEverySingleMistypedCharacter(t *testing.T) {
	t.Parallel()
	const good, alphabet = "91350100M000100Y43", "0123456789ABCDEFGHJKLMNPQRTUWXY"
	for i := range good {
		for _, r := range alphabet {
			if byte(r) == good[i] {
				continue
			}
			if _, err := customer.ParseUSCC(good[:i] + string(r) + good[i+1:]); err == nil {
				t.Errorf("%c at %d was not found", r, i+1)
			}
		}
	}
}

func FuzzParseUSCC(f *testing.F) {
	f.Add("91350100M000100Y43")
	f.Add("９1350100M000100Y43")
	f.Fuzz(func(t *testing.T, in string) {
		got, err := customer.ParseUSCC(in)
		if err == nil && len(got) != 18 {
			t.Errorf("%q was taken as %q", in, got)
		}
		if err == nil {
			if again, err := customer.ParseUSCC(got); err != nil || again != got {
				t.Errorf("%q is not stable", got)
			}
		}
	})
}
