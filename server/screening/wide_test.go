package screening

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// pieces are what texts of these tests are made of: characters of one to four bytes,
// skipped ones, those that stand for several, look-ups at both ends of the table, and
// broken bytes of every kind, overlong and surrogate ones among them.
var pieces = []string{
	"a", "Z", "7", " ", ".", "\n", "\x00", "\x7f", "é", "ж", "ß", "·", "\u00ad", "\u07ff", "发", "票", "代", "贷", "款", "，", "。", "\u0800", "\u0fff", "\u1000",
	"\ud7ff", "\ue000", "\ue001", "\uffff", "\ufffd", "\u200b", "\u200d", "\ufe0f", "⑩", "㎏", "㈱", "１", "Ａ", "發", "😀", "𠮷", "𝐀", "\U0010ffff",
	"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xdf", "\xe0\x80\x80", "\xe0\xa0", "\xe4", "\xe4\xb8", "\xed\xa0\x80", "\xed\xbf\xbf", "\xef\xbf",
	"\xf0\x9f", "\xf0\x9f\x98", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5", "\xff", "\xfe",
}

// texture is a text of about n bytes of one of several kinds: ordinary ones, in which the
// wide scan runs from end to end, and others that throw it out now and then or always.
func texture(rnd *rand.Rand, n int) string {
	var b strings.Builder
	kind := rnd.IntN(5)
	for b.Len() < n {
		switch {
		case kind == 0 || kind == 3 && rnd.IntN(40) > 0:
			b.WriteString([]string{"发", "票", "代", "开", "，", "a", "1"}[rnd.IntN(7)])
		case kind == 1:
			b.WriteByte(byte(0x20 + rnd.IntN(0x5f)))
		case kind == 2:
			b.WriteRune(rune(0x4e00 + rnd.IntN(0x5000)))
		default:
			b.WriteString(pieces[rnd.IntN(len(pieces))])
		}
	}
	return b.String()
}

func testMatcher(t *testing.T) *matcher {
	t.Helper()
	src := &Source{Bands: Bands{Hold: 6, Refuse: 14}}
	src.AddRule(Rule{
		ID: "t.w", Title: Title{Zh: "词", En: "words"}, Class: ClassTag, Scope: "message", Level: 1, Action: ActionTag, State: StateLive,
		Terms: map[string]Terms{"w": {Words: []string{"发票", "代开发票", "贷款", "a1", "票", "株发", "aaa", "发发发发"}, Views: []string{"stripped", "pinyin", "joined"}}},
	})
	set, err := Compile(src, "test")
	if err != nil {
		t.Fatal(err)
	}
	return set.matcher
}

// scanned is all that a scan leaves behind.
func scanned(m *matcher, wide bool, text string, sc *scratch) string {
	n := *m
	n.wide = wide
	count, k := n.scan(text, sc)
	return fmt.Sprint(count, sc.codes[:count+2], sc.attrs[:count], sc.pos[:count], sc.cand[:k], sc.units, sc.hidden, sc.all)
}

func needWide(t *testing.T) {
	t.Helper()
	if !wideCPU {
		t.Skip("SKIPPED: this machine or this build has no vectors of 512 bits")
	}
}

func TestWide_scansAsTheShortWay(t *testing.T) {
	t.Parallel()
	needWide(t)
	m := testMatcher(t)
	rnd := rand.New(rand.NewPCG(5, 12))
	var a, b scratch
	for round := range 6000 {
		text := texture(rnd, round%400)
		// each alignment: what stands before is not part of the text
		text = (strings.Repeat("发", round%64) + text)[round%64*3:]
		if x, y := scanned(m, true, text, &a), scanned(m, false, text, &b); x != y {
			t.Fatalf("%q\n in vectors %s\notherwise %s", text, x, y)
		}
	}
}

func TestWide_scansEveryLengthCutAnywhere(t *testing.T) {
	t.Parallel()
	needWide(t)
	m := testMatcher(t)
	var a, b scratch
	for _, text := range []string{strings.Repeat("代开发票", 20), strings.Repeat("a1发é", 30), strings.Repeat("x", 150), strings.Repeat("é", 80), strings.Repeat("发⑩票", 20)} {
		for from := range min(len(text), 70) {
			for to := from; to <= len(text); to++ {
				if x, y := scanned(m, true, text[from:to], &a), scanned(m, false, text[from:to], &b); x != y {
					t.Fatalf("%q\n in vectors %s\notherwise %s", text[from:to], x, y)
				}
			}
		}
	}
}

func FuzzWide_scansAsTheShortWay(f *testing.F) {
	if !wideCPU {
		f.Skip("SKIPPED: this machine or this build has no vectors of 512 bits")
	}
	for _, p := range pieces {
		f.Add(strings.Repeat("代开发票", 4) + p + strings.Repeat("ab1", 20))
	}
	src := &Source{Bands: Bands{Hold: 6, Refuse: 14}}
	src.AddRule(Rule{
		ID: "t.w", Title: Title{Zh: "词", En: "words"}, Class: ClassTag, Scope: "message", Level: 1, Action: ActionTag, State: StateLive,
		Terms: map[string]Terms{"w": {Words: []string{"发票", "代开发票", "a1"}, Views: []string{"stripped", "pinyin", "joined"}}},
	})
	set, err := Compile(src, "test")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var a, b scratch
		if x, y := scanned(set.matcher, true, text, &a), scanned(set.matcher, false, text, &b); x != y {
			t.Fatalf("%q\n in vectors %s\notherwise %s", text, x, y)
		}
	})
}

// A server swaps sets while others screen: screeners of the old set go on with the old.
func TestSet_isSharedAndSwappedWhileOthersScreen(t *testing.T) {
	t.Parallel()
	one := testMatcher(t)
	if one == nil {
		t.Fatal("no matcher")
	}
	build := func(word string) *Set {
		src := &Source{Bands: Bands{Hold: 6, Refuse: 14}}
		src.AddRule(Rule{
			ID: "t.w", Title: Title{Zh: "词", En: "words"}, Class: ClassTag, Scope: "message", Level: 1, Action: ActionTag, State: StateLive,
			Terms: map[string]Terms{"w": {Words: []string{word}, Views: []string{"stripped", "pinyin", "joined"}}},
		})
		set, err := Compile(src, word)
		if err != nil {
			t.Error(err)
		}
		return set
	}
	var now atomic.Pointer[Set]
	now.Store(build("发票"))
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var sc *Screener
			var of *Set
			var out Result
			for {
				select {
				case <-stop:
					return
				default:
				}
				if s := now.Load(); s != of {
					sc, of = s.NewScreener(), s
				}
				sc.Screen(&Message{Text: "代开发票，无抵押贷款"}, &out)
				if len(out.Hits) != 1 || out.Hits[0].Term != out.RuleSet || out.RuleSet != of.Version() {
					t.Errorf("set %s: %v", out.RuleSet, out.Hits)
					return
				}
			}
		})
	}
	for i := range 20 {
		now.Store(build([]string{"贷款", "发票"}[i%2]))
	}
	close(stop)
	wg.Wait()
}

func TestGates_closeOnlyWhatCantHold(t *testing.T) {
	t.Parallel()
	conditions := map[string][]gate{
		"unfiled_urls > 0":                      {gateLink},
		"url_count > 0 && phone_count > 0":      {gateLink, gateNumber},
		"url_count > 0 || phone_count > 0":      nil,
		"url_count + phone_count >= 1":          nil,
		"size(urls) > 0 && !signature_filed":    {gateLink, gateUnsigned},
		"signature == \"\"":                     {gateUnsigned},
		"segments > 8":                          {gateLong},
		"segments > 2":                          nil,
		"recipient != \"\" && !recipient_valid": {gateRecipient},
		"sent_today >= 20":                      {gateCaller + 5},
		"similarity > 0.5 && lookalikes > 2":    {gateShape, gateCaller + 7},
		"similarity >= 0.0":                     nil,
		"url_count == 0":                        nil,
		"!unresolved":                           nil,
		"unresolved || invisible > 2":           nil,
		"invisible > 2 && length > 10":          {gateHidden},
		"hosts.exists(h, h.endsWith('.cn'))":    nil, // it may hold for all the engine knows
		"signature == \"\" || url_count > 0":    nil,
		"!(unfiled_urls == 0)":                  {gateLink},
		"phone_count >= 0":                      nil,
		"unresolved && category == \"notice\"":  {gateVariable},
		"size(phones) + unfiled_phones > 0":     {gateNumber},
		"url_count - 1 > 0 && phone_count == 0": nil,
	}
	for condition, want := range conditions {
		src := &Source{Bands: Bands{Hold: 6, Refuse: 14}}
		src.AddRule(Rule{
			ID: "t.g", Title: Title{Zh: "门", En: "gate"}, Class: "structure", Scope: "message", Level: 1, Action: ActionHold, State: StateLive,
			ReasonCode: "A.B", Condition: condition,
		})
		set, err := Compile(src, "test")
		if err != nil {
			t.Fatalf("%s: %v", condition, err)
		}
		var got []gate
		for g := range gates {
			if set.behind[g][0]&1 != 0 {
				got = append(got, g)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: behind gates %v, want %v", condition, got, want)
		}
	}
}
