package recipient_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"sealgate/server/recipient"
)

func TestNormalise_mendsWhatIsSafeAndNamesWhatIsNot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in    string
		want  string
		fault recipient.Fault
	}{
		{"13800138000", "13800138000", recipient.OK},
		{"１３８００１３８０００", "13800138000", recipient.OK},
		{"138 0013 8000", "13800138000", recipient.OK},
		{"138-0013-8000", "13800138000", recipient.OK},
		{"+8613800138000", "13800138000", recipient.OK},
		{"＋86 138 0013 8000", "13800138000", recipient.OK},
		{"008613800138000", "13800138000", recipient.OK},
		{"8613800138000", "13800138000", recipient.OK},
		{"(+86)13800138000", "13800138000", recipient.OK},
		{"'13800138000", "13800138000", recipient.OK},
		{"\u202d13800138000\u202c", "13800138000", recipient.OK},
		{" 13800138000\t", "13800138000", recipient.OK},
		{"13800138000.0", "13800138000", recipient.OK},
		{"19212345678", "19212345678", recipient.OK},
		{"", "", recipient.Empty},
		{" \u3000", "", recipient.Empty},
		{"1.38E+10", "", recipient.Scientific},
		{"1.38001e+10", "", recipient.Scientific},
		{"13800138E3", "", recipient.Scientific},
		{"02885551234", "", recipient.Landline},
		{"010-85551234", "", recipient.Landline},
		{"+86 28 8555 1234", "", recipient.Short},
		{"1380013800", "", recipient.Short},
		{"138001380000", "", recipient.Long},
		{strings.Repeat("1", 100), "", recipient.Long},
		{"12800138000", "", recipient.Invalid},
		{"23800138000", "", recipient.Invalid},
		{"+14155550100", "", recipient.Invalid},
		{"1380013800x", "", recipient.Invalid},
		{"13800138000/13800138001", "", recipient.Long},
		{"13800138000;1", "", recipient.Invalid},
		{"13800138000.5", "", recipient.Invalid},
		{"手机", "", recipient.Invalid},
		{"15400138000", "", recipient.Segment},
		{"17910001000", "", recipient.Segment},
		{"1380013\xff8000", "", recipient.Invalid},
	} {
		n, fault := recipient.Normalise([]byte(c.in))
		got := ""
		if fault == recipient.OK {
			got = recipient.Format(n)
		}
		if got != c.want || fault != c.fault {
			t.Errorf("%q: got %q %q, want %q %q", c.in, got, fault, c.want, c.fault)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"13800138000", "+86 138-0013-8000", "1.38E+10", "１３８", "02885551234", "\xff", "13800138000.0"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		n, fault := recipient.Normalise(raw)
		if fault != recipient.OK {
			return
		}
		if recipient.CarrierOf(n) == "" || len(recipient.Format(n)) != 11 {
			t.Fatalf("%q became %d", raw, n)
		}
		// Nothing is invented: the digits of the input end with the number (or with it and the 0 of a fraction).
		want, digits := recipient.Format(n), ""
		for i := 0; i < len(raw); {
			r, w := utf8.DecodeRune(raw[i:])
			i += w
			if r >= '０' && r <= '９' {
				r = r - '０' + '0'
			}
			if r >= '0' && r <= '9' {
				digits += string(r)
			}
		}
		if !strings.HasSuffix(digits, want) && !strings.HasSuffix(digits, want+"0") {
			t.Fatalf("%q became %s", raw, want)
		}
		again, fault := recipient.Normalise([]byte(want))
		if again != n || fault != recipient.OK {
			t.Fatalf("%q is not stable: %d, then %d %s", raw, n, again, fault)
		}
	})
}

func TestCarrierOf_followsTheLongestSegment(t *testing.T) {
	t.Parallel()
	for phone, want := range map[uint64]string{
		13800000000: "cmcc", 13400000000: "cmcc", 13490000000: "ctcc", 18600000000: "cucc", 18900000000: "ctcc", 19200000000: "cbn",
		17000000000: "ctcc", 17050000000: "cmcc", 17090000000: "cucc", 15400000000: "", 1: "", 99999999999: "",
	} {
		if got := recipient.CarrierOf(phone); got != want {
			t.Errorf("%d: %q, want %q", phone, got, want)
		}
	}
	if recipient.SegmentsVersion() == "" {
		t.Error("the segment table has no date")
	}
}

func TestMask_leavesThreeAndFour(t *testing.T) {
	t.Parallel()
	if got := recipient.Mask("13800138000"); got != "138****8000" {
		t.Error(got)
	}
	if got := recipient.Mask("12345"); got != "*****" {
		t.Error(got)
	}
}

func BenchmarkNormalise(b *testing.B) {
	raw := []byte("13800138000")
	for b.Loop() {
		if _, fault := recipient.Normalise(raw); fault != recipient.OK {
			b.Fatal(fault)
		}
	}
}
