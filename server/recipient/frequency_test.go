package recipient_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sealgate/server/recipient"
	"sealgate/server/testkit"
)

var errUndone = errors.New("rolled back")

func hashesOf(t *testing.T, s *recipient.Service, phones ...int) []string {
	t.Helper()
	h, err := s.Hasher(testkit.System())
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(phones))
	for i, p := range phones {
		out[i] = h.Hash(fmt.Sprint(p))
	}
	return out
}

func count(t *testing.T, ctx context.Context, s *recipient.Service, m recipient.Sends) map[int]bool {
	t.Helper()
	over, err := s.Count(ctx, m)
	if err != nil {
		t.Fatal(err)
	}
	return over
}

func TestPackHashes_givesTheSameAgain_inLittleMoreThanTheyMustTake(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(rapid.Uint64Range(0, 1<<recipient.HashBits-1), 1, 3000).Draw(t, "hashes")
		packed := recipient.PackHashes(slices.Clone(in))
		var out []uint64
		if err := recipient.EachHash(packed, func(h uint64) { out = append(out, h) }); err != nil {
			t.Fatal(err)
		}
		slices.Sort(in)
		if !slices.Equal(in, out) {
			t.Fatalf("%d hashes came back as %d", len(in), len(out))
		}
		if len(packed) > 12+7*len(in) {
			t.Fatalf("%d bytes for %d hashes", len(packed), len(in))
		}
		if err := recipient.EachHash(packed[:len(packed)-1], func(uint64) {}); err == nil {
			t.Fatal("a row that was cut short is read")
		}
	})
}

func FuzzEachHash_endsWhateverItIsGiven(f *testing.F) {
	f.Add(recipient.PackHashes([]uint64{1, 5, 1 << 40}))
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 48, 255})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, packed []byte) {
		n := 0
		if err := recipient.EachHash(packed, func(uint64) { n++ }); err == nil && n > 8*len(packed) {
			t.Errorf("%d hashes from %d bytes", n, len(packed))
		}
	})
}

// Rows of a version before hold 64 bits of each hash, in base64.
func TestCount_countsRowsOfAVersionBefore(t *testing.T) {
	t.Parallel()
	w := world(t)
	s, ctx := w.Service, testkit.System()
	h := hashesOf(t, s, 13800138000)
	m := recipient.Sends{CustomerID: "c1", SignatureID: "sig1", BatchID: "b1", Category: "marketing", Hashes: h}
	count(t, ctx, s, m)
	whole, err := hex.DecodeString(strings.Repeat(h[0][:16], 4))
	if err != nil {
		t.Fatal(err)
	}
	err = w.DB.Run(ctx, func(ctx context.Context) error {
		return w.DB.Q(ctx).Exec("UPDATE recipient_sends SET packed = NULL, message_count = 4, hashes = ?", base64.StdEncoding.EncodeToString(whole)).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	again := w.Restart()
	m.Hashes = []string{h[0], h[0]}
	if over := count(t, ctx, again, m); len(over) != 1 || !over[1] {
		t.Errorf("after four, of two more the second: %v", over)
	}
}

func TestCount_leavesOutWhatANumberHadTooManyOf_perSignatureAndDay(t *testing.T) {
	t.Parallel()
	w := world(t)
	s, ctx := w.Service, testkit.System()
	h := hashesOf(t, s, 13800138000, 13800138001)
	m := recipient.Sends{CustomerID: "c1", SignatureID: "sig1", BatchID: "b1", Category: "marketing", Hashes: []string{h[0], h[0], h[0], h[1], h[0]}}
	if over := count(t, ctx, s, m); len(over) != 0 {
		t.Fatalf("four of five a day: %v", over)
	}
	m.Hashes = []string{h[0], h[1], h[0], h[1]}
	if over := count(t, ctx, s, m); len(over) != 1 || !over[2] {
		t.Errorf("the sixth to one number: %v", over)
	}
	if got, err := s.SentToday(ctx, "sig1", h); err != nil || got[0] != 5 || got[1] != 3 {
		t.Errorf("sent today %v, %v", got, err)
	}
	m.SignatureID = "sig2"
	if over := count(t, ctx, s, m); len(over) != 0 {
		t.Errorf("another signature: %v", over)
	}
	m.SignatureID = "sig1"
	w.Machine.Advance(24 * time.Hour)
	if over := count(t, ctx, s, m); len(over) != 0 {
		t.Errorf("the next day: %v", over)
	}
}

func TestCount_forgetsWhatWasRolledBack(t *testing.T) {
	t.Parallel()
	w := world(t)
	s, ctx := w.Service, testkit.System()
	h := hashesOf(t, s, 13800138000)
	m := recipient.Sends{CustomerID: "c1", SignatureID: "sig1", Category: "marketing", Hashes: []string{h[0], h[0], h[0]}}
	count(t, ctx, s, m)
	err := w.DB.Run(ctx, func(ctx context.Context) error {
		count(t, ctx, s, m) // reaches five
		if over := count(t, ctx, s, m); len(over) != 3 {
			t.Errorf("the same transaction does not see its own: %v", over)
		}
		return errUndone
	})
	if !errors.Is(err, errUndone) {
		t.Fatal(err)
	}
	m.Hashes = h
	if over := count(t, ctx, s, m); len(over) != 0 {
		t.Errorf("what was never sent counts: %v", over)
	}
	if got, err := s.SentToday(ctx, "sig1", h); err != nil || got[0] != 4 {
		t.Errorf("sent today %v, %v", got, err)
	}
}

func TestSetLimit_holdsForOneCustomerOrForAll_andIsData(t *testing.T) {
	t.Parallel()
	w := world(t)
	s, ctx := w.Service, testkit.As("lead", "compliance_lead")
	h := hashesOf(t, s, 13800138000)
	for _, l := range []recipient.Limit{
		{Category: "marketing", Days: 7, Most: 2, Reason: "carrier's notice"},
		{Category: "marketing", CustomerID: "c2", Days: 7, Most: recipient.Unlimited, Reason: "agreed"},
	} {
		if _, err := s.SetLimit(ctx, l); err != nil {
			t.Fatal(err)
		}
	}
	three := []string{h[0], h[0], h[0]}
	m := recipient.Sends{CustomerID: "c1", SignatureID: "sig1", Category: "marketing", Hashes: three}
	if over := count(t, ctx, s, m); len(over) != 1 || !over[2] {
		t.Errorf("two in seven days: %v", over)
	}
	w.Machine.Advance(6 * 24 * time.Hour)
	if over := count(t, ctx, s, m); len(over) != 3 {
		t.Errorf("six days later: %v", over)
	}
	w.Machine.Advance(24 * time.Hour)
	if over := count(t, ctx, s, m); len(over) != 1 {
		t.Errorf("seven days later: %v", over)
	}
	m.CustomerID, m.SignatureID = "c2", "sig2"
	if over := count(t, ctx, s, m); len(over) != 0 {
		t.Errorf("the customer without that limit: %v", over)
	}
	for _, bad := range []recipient.Limit{
		{Category: "spam", Days: 1, Most: 1, Reason: "x"}, {Category: "notice", Days: 0, Most: 1, Reason: "x"}, {Category: "notice", Days: 32, Most: 1, Reason: "x"},
		{Category: "notice", Days: 1, Most: -2, Reason: "x"}, {Category: "notice", Days: 1, Most: 1},
	} {
		if _, err := s.SetLimit(ctx, bad); !errors.Is(err, recipient.ErrLimit) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	all, err := s.Limits(ctx)
	if err != nil || len(all) != 2 {
		t.Fatalf("%v, %v", all, err)
	}
	if _, err := s.SetLimit(ctx, recipient.Limit{Category: "marketing", Days: 7, Most: 4, Reason: "new notice"}); err != nil {
		t.Fatal(err)
	}
	if all, err = s.Limits(ctx); err != nil || len(all) != 2 || all[0].Most != 4 {
		t.Errorf("a new limit replaces the old one: %v, %v", all, err)
	}
}

func TestReply_putsTheNumberOnTheCustomersListAtOnce(t *testing.T) {
	t.Parallel()
	w := world(t)
	s, ctx := w.Service, testkit.System()
	h := hashesOf(t, s, 13800138000)
	for i, c := range []struct {
		text string
		want recipient.Kind
	}{{"谢谢", ""}, {" ｔｄ ", recipient.OptOut}, {"TD", recipient.OptOut}} {
		if _, err := s.Reply(ctx, recipient.Reply{ID: fmt.Sprint("r", i), Phone: "13800138000", PhoneHash: h[0], CustomerID: "c1", BatchID: "b1", Text: c.text}); err != nil {
			t.Fatal(err)
		}
		if got := check(t, s, "c1", "13800138000"); got != c.want {
			t.Errorf("after %q: %q", c.text, got)
		}
	}
	if got := check(t, s, "c2", "13800138000"); got != "" {
		t.Errorf("another customer's list: %q", got)
	}
	if _, err := s.Reply(ctx, recipient.Reply{ID: "r9", Phone: "106900001", PhoneHash: h[0], CustomerID: "c3", Text: "T"}); err != nil {
		t.Fatalf("a sender that is no mobile number: %v", err)
	}
	if got := check(t, s, "c3", "13800138000"); got != recipient.OptOut {
		t.Errorf("by its hash: %q", got)
	}
}
