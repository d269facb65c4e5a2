package apikey_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"pgregory.net/rapid"

	"sealgate/server/actor"
	"sealgate/server/apikey"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

type house struct {
	*apikey.Service
	t     testing.TB
	db    *db.DB
	clock clock.Clock
	fake  *clockwork.FakeClock
	n     int
}

func open(t testing.TB) *house {
	t.Helper()
	d := testkit.DB(t)
	c, fake := testkit.Clock(t, "2026-10-01 09:00")
	return &house{Service: serve(t, d, c), t: t, db: d, clock: c, fake: fake}
}

// serve is a server over a database; a second one is another machine.
func serve(t testing.TB, d *db.DB, c clock.Clock) *apikey.Service {
	t.Helper()
	m, err := crypt.NewMaster(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	return apikey.New(d, c, trail.New(d, c), crypt.New(d, c, m))
}

// boss administers a customer's access.
func boss(customer string) context.Context {
	return actor.With(context.Background(), actor.Actor{UserID: "boss-" + customer, Name: "吴岚", Roles: []string{"customer"}, CustomerID: customer, Scope: actor.Scope{CustomerID: customer}})
}

var everything = apikey.Wish{Name: "订单系统", Scopes: apikey.Scopes()}

func (h *house) key(w apikey.Wish) (*apikey.Key, string) {
	h.t.Helper()
	k, secret, err := h.Create(boss("c1"), "c1", w)
	if err != nil {
		h.t.Fatal(err)
	}
	return k, secret
}

func hashOf(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// call is a rightly signed one with a nonce of its own.
func (h *house) call(k *apikey.Key, secret string) apikey.Call {
	h.n++
	c := apikey.Call{
		KeyID: k.ID, Timestamp: strconv.FormatInt(h.clock.Real().Unix(), 10), Nonce: fmt.Sprintf("nonce-%020d", h.n), Method: "POST", Path: "/api/v1/messages",
		Query: "dry=1", BodyHash: hashOf(`{"a":1}`), IP: "203.0.113.7",
	}
	c.Signature = apikey.Sign(secret, c)
	return c
}

func (h *house) wants(c apikey.Call, want error) {
	h.t.Helper()
	k, err := h.Authenticate(context.Background(), c)
	if !errors.Is(err, want) || (err == nil) != (want == nil) {
		h.t.Fatalf("%+v gave %v, want %v", c, err, want)
	}
	if want == nil && k.ID != c.KeyID {
		h.t.Fatalf("the key of %s is %s", c.KeyID, k.ID)
	}
}

func TestSign_isWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	c := apikey.Call{Timestamp: "1790816400", Nonce: "0123456789abcdef", Method: "GET", Path: "/api/v1/batches", Query: "limit=2&state=done", BodyHash: apikey.EmptyBody}
	want := "SEALGATE-HMAC-SHA256\n1790816400\n0123456789abcdef\nGET\n/api/v1/batches\nlimit=2&state=done\n" + hashOf("")
	if c.StringToSign() != want {
		t.Errorf("signed is %q", c.StringToSign())
	}
	// echo -n "$lines" | openssl dgst -sha256 -hmac sk_test
	if got := apikey.Sign("sk_test", c); got != "4e15788d23079d8a72feab7a547628de183fdda54108cc28e062e7cea6da7487" {
		t.Errorf("the signature is %s", got)
	}
}

// Each line is a call that is right but for one thing.
func TestAuthenticate_refusesWhatIsNotExactlyTheSignedCall(t *testing.T) {
	t.Parallel()
	late := func(d time.Duration) func(h *house, k *apikey.Key, secret string, c *apikey.Call) {
		return func(h *house, _ *apikey.Key, secret string, c *apikey.Call) {
			c.Timestamp = strconv.FormatInt(h.clock.Real().Add(d).Unix(), 10)
			c.Signature = apikey.Sign(secret, *c)
		}
	}
	change := func(f func(c *apikey.Call)) func(*house, *apikey.Key, string, *apikey.Call) {
		return func(_ *house, _ *apikey.Key, _ string, c *apikey.Call) { f(c) }
	}
	must := func(h *house, err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	for name, x := range map[string]struct {
		do   func(h *house, k *apikey.Key, secret string, c *apikey.Call)
		want error
	}{
		"as it is":                  {change(func(*apikey.Call) {}), nil},
		"upper-case signature":      {change(func(c *apikey.Call) { c.Signature = strings.ToUpper(c.Signature) }), nil},
		"another method":            {change(func(c *apikey.Call) { c.Method = "DELETE" }), apikey.ErrSignature},
		"another path":              {change(func(c *apikey.Call) { c.Path = "/api/v1/batches" }), apikey.ErrSignature},
		"another query":             {change(func(c *apikey.Call) { c.Query = "dry=0" }), apikey.ErrSignature},
		"another body":              {change(func(c *apikey.Call) { c.BodyHash = hashOf(`{"a":2}`) }), apikey.ErrSignature},
		"another nonce":             {change(func(c *apikey.Call) { c.Nonce += "x" }), apikey.ErrSignature},
		"a timestamp moved":         {change(func(c *apikey.Call) { c.Timestamp = c.Timestamp[:9] + "1" }), apikey.ErrSignature},
		"an unknown key":            {change(func(c *apikey.Call) { c.KeyID = "ak00000000000000000000" }), apikey.ErrSignature},
		"no key":                    {change(func(c *apikey.Call) { c.KeyID = "" }), apikey.ErrCall},
		"a short nonce":             {change(func(c *apikey.Call) { c.Nonce = "short" }), apikey.ErrCall},
		"a nonce with a line break": {change(func(c *apikey.Call) { c.Nonce = "0123456789abcdef\n" }), apikey.ErrCall},
		"no body hash":              {change(func(c *apikey.Call) { c.BodyHash = "" }), apikey.ErrCall},
		"a short signature":         {change(func(c *apikey.Call) { c.Signature = "00" }), apikey.ErrCall},
		"a timestamp in words":      {change(func(c *apikey.Call) { c.Timestamp = "now" }), apikey.ErrCall},
		"a timestamp with zeros":    {change(func(c *apikey.Call) { c.Timestamp = "0" + c.Timestamp }), apikey.ErrCall},
		"299 seconds ago":           {late(-299 * time.Second), nil},
		"300 seconds ago":           {late(-300 * time.Second), nil},
		"301 seconds ago":           {late(-301 * time.Second), apikey.ErrSkew},
		"300 seconds ahead":         {late(300 * time.Second), nil},
		"301 seconds ahead":         {late(301 * time.Second), apikey.ErrSkew},
		"another secret": {func(_ *house, _ *apikey.Key, _ string, c *apikey.Call) {
			c.Signature = apikey.Sign("sk_other", *c)
		}, apikey.ErrSignature},
		"a revoked key": {func(h *house, k *apikey.Key, _ string, _ *apikey.Call) {
			_, err := h.Revoke(boss("c1"), k.ID, "离职")
			must(h, err)
		}, apikey.ErrRevoked},
		"a frozen customer": {func(h *house, _ *apikey.Key, _ string, _ *apikey.Call) {
			_, err := h.FreezeAll(testkit.System(), "c1")
			must(h, err)
		}, apikey.ErrFrozen},
		"a frozen customer, wrong signature": {func(h *house, _ *apikey.Key, _ string, c *apikey.Call) {
			_, err := h.FreezeAll(testkit.System(), "c1")
			must(h, err)
			c.Path = "/x"
		}, apikey.ErrSignature},
		"another customer frozen": {func(h *house, _ *apikey.Key, _ string, _ *apikey.Call) {
			_, err := h.FreezeAll(testkit.System(), "c2")
			must(h, err)
		}, nil},
		"unfrozen again": {func(h *house, _ *apikey.Key, _ string, _ *apikey.Call) {
			_, err := h.FreezeAll(testkit.System(), "c1")
			must(h, err)
			_, err = h.UnfreezeAll(testkit.System(), "c1")
			must(h, err)
		}, nil},
		"an expired key": {func(h *house, k *apikey.Key, secret string, c *apikey.Call) {
			w := everything
			w.ExpiresAt = h.clock.RealInstant().Add(time.Hour)
			_, err := h.Change(boss("c1"), k.ID, w)
			must(h, err)
			h.fake.Advance(time.Hour)
			late(0)(h, k, secret, c)
		}, apikey.ErrExpired},
		"from elsewhere": {func(h *house, k *apikey.Key, _ string, _ *apikey.Call) {
			w := everything
			w.AllowFrom = []string{"198.51.100.0/24", "2001:db8::1"}
			_, err := h.Change(boss("c1"), k.ID, w)
			must(h, err)
		}, apikey.ErrAddress},
		"from an allowed network": {func(h *house, k *apikey.Key, _ string, c *apikey.Call) {
			w := everything
			w.AllowFrom = []string{"203.0.113.0/24"}
			_, err := h.Change(boss("c1"), k.ID, w)
			must(h, err)
			c.IP = "::ffff:203.0.113.9"
		}, nil},
		"the old secret within the overlap": {func(h *house, k *apikey.Key, _ string, _ *apikey.Call) {
			_, _, err := h.Rotate(boss("c1"), k.ID, time.Hour)
			must(h, err)
		}, nil},
		"the old secret after the overlap": {func(h *house, k *apikey.Key, secret string, c *apikey.Call) {
			_, _, err := h.Rotate(boss("c1"), k.ID, time.Hour)
			must(h, err)
			h.fake.Advance(time.Hour)
			late(0)(h, k, secret, c)
		}, apikey.ErrSignature},
		"the old secret after two rotations": {func(h *house, k *apikey.Key, _ string, _ *apikey.Call) {
			for range 2 {
				_, _, err := h.Rotate(boss("c1"), k.ID, time.Hour)
				must(h, err)
			}
		}, apikey.ErrSignature},
		"the new secret": {func(h *house, k *apikey.Key, _ string, c *apikey.Call) {
			_, fresh, err := h.Rotate(boss("c1"), k.ID, 0)
			must(h, err)
			c.Signature = apikey.Sign(fresh, *c)
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			k, secret := h.key(everything)
			c := h.call(k, secret)
			x.do(h, k, secret, &c)
			h.wants(c, x.want)
		})
	}
}

func TestAuthenticate_refusesAReplayAlsoAfterARestartAndOnAnotherServer(t *testing.T) {
	t.Parallel()
	h := open(t)
	k, secret := h.key(everything)
	c := h.call(k, secret)
	h.wants(c, nil)
	h.wants(c, apikey.ErrReplay)
	second := serve(t, h.db, h.clock)
	if _, err := second.Authenticate(context.Background(), c); !errors.Is(err, apikey.ErrReplay) {
		t.Errorf("another server took the replay: %v", err)
	}
	h.fake.Advance(apikey.Window) // the last moment at which the call is not too old
	if err := h.Purge(testkit.System()); err != nil {
		t.Fatal(err)
	}
	h.wants(c, apikey.ErrReplay)
	other, otherSecret := h.key(everything)
	d := h.call(other, otherSecret)
	d.Nonce = c.Nonce
	d.Signature = apikey.Sign(otherSecret, d)
	h.wants(d, nil) // nonces are a key's own
	h.fake.Advance(time.Hour)
	if err := h.Purge(testkit.System()); err != nil {
		t.Fatal(err)
	}
	h.wants(c, apikey.ErrSkew)
	var left int
	if err := h.db.ReadSQL().QueryRow("SELECT COUNT(*) FROM api_nonces").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d nonces are kept for ever, %v", left, err)
	}
}

func TestAuthenticate_letsOneOfManyEqualCallsThrough(t *testing.T) {
	t.Parallel()
	h := open(t)
	k, secret := h.key(everything)
	c := h.call(k, secret)
	servers := []*apikey.Service{h.Service, serve(t, h.db, h.clock)}
	var wg sync.WaitGroup
	var mu sync.Mutex
	passed := 0
	for i := range 16 {
		wg.Go(func() {
			_, err := servers[i%2].Authenticate(context.Background(), c)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				passed++
			case !errors.Is(err, apikey.ErrReplay):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if passed != 1 {
		t.Errorf("%d of 16 equal calls passed", passed)
	}
}

func TestAuthenticate_limitsReadingAndSendingApartAndTellsWhenToComeBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	k, secret := h.key(everything)
	if _, err := h.SetLimits(testkit.As("admin", "system_admin"), k.ID, apikey.Limits{ReadPerMinute: 60, ReadBurst: 3, SendPerMinute: 6, SendBurst: 1}); err != nil {
		t.Fatal(err)
	}
	send := func() apikey.Call { c := h.call(k, secret); c.Sending = true; return c }
	for range 3 {
		h.wants(h.call(k, secret), nil)
	}
	refused := h.call(k, secret)
	h.wants(refused, apikey.ErrRate)
	h.wants(send(), nil)
	_, err := h.Authenticate(context.Background(), send())
	if e := errs.As(err); !errors.Is(err, apikey.ErrRate) || e.Meta["retry_after_seconds"] != int64(10) {
		t.Errorf("after the only call: %v %v", err, e)
	}
	h.fake.Advance(time.Second)
	h.wants(refused, nil) // a call that came too early has not used up its nonce
	h.wants(h.call(k, secret), apikey.ErrRate)
	h.fake.Advance(time.Hour)
	for range 3 { // a long rest fills the bucket, and not more
		h.wants(h.call(k, secret), nil)
	}
	h.wants(h.call(k, secret), apikey.ErrRate)
}

func TestKeys_areTheirCustomersOwn(t *testing.T) {
	t.Parallel()
	h := open(t)
	k, secret := h.key(everything)
	for name, err := range map[string]error{
		"get":    second(h.Get(boss("c2"), k.ID)),
		"change": second(h.Change(boss("c2"), k.ID, everything)),
		"revoke": second(h.Revoke(boss("c2"), k.ID, "x")),
		"rotate": third(h.Rotate(boss("c2"), k.ID, 0)),
	} {
		if !errors.Is(err, apikey.ErrNotFound) {
			t.Errorf("%s of another's key: %v", name, err)
		}
	}
	for _, who := range []string{"", "c1"} {
		if list, err := h.List(boss("c2"), who); err != nil || len(list) != 0 {
			t.Errorf("another sees %v %v", list, err)
		}
	}
	h.wants(h.call(k, secret), nil)
	var rows string
	if err := h.db.ReadSQL().QueryRow("SELECT sealed FROM api_keys").Scan(&rows); err != nil || strings.Contains(rows, secret[3:]) {
		t.Errorf("the secret stands in the database: %v", err)
	}
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

func TestWishes_areCheckedWithPlaceAndCure(t *testing.T) {
	t.Parallel()
	h := open(t)
	for name, x := range map[string]struct {
		w     apikey.Wish
		field string
	}{
		"no name":        {apikey.Wish{Scopes: apikey.Scopes()}, "name"},
		"a long name":    {apikey.Wish{Name: strings.Repeat("名", 61), Scopes: apikey.Scopes()}, "name"},
		"no scope":       {apikey.Wish{Name: "a"}, "scopes"},
		"unknown scope":  {apikey.Wish{Name: "a", Scopes: []apikey.Scope{"all"}}, "scopes"},
		"no address":     {apikey.Wish{Name: "a", Scopes: apikey.Scopes(), AllowFrom: []string{"localhost"}}, "allow_from[0]"},
		"a bad network":  {apikey.Wish{Name: "a", Scopes: apikey.Scopes(), AllowFrom: []string{"10.0.0.1", "10.0.0.0/40"}}, "allow_from[1]"},
		"expired before": {apikey.Wish{Name: "a", Scopes: apikey.Scopes(), ExpiresAt: caldate.InstantMs(1)}, "expires_at"},
	} {
		_, _, err := h.Create(boss("c1"), "c1", x.w)
		e := errs.As(err)
		if !errors.Is(err, apikey.ErrInvalid) || !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Field == x.field && f.Zh != "" && f.En != "" }) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range 20 {
		h.key(everything)
	}
	if _, _, err := h.Create(boss("c1"), "c1", everything); !errors.Is(err, apikey.ErrTooMany) {
		t.Errorf("a 21st key: %v", err)
	}
}

type frozen bool

func (f frozen) IsFrozen(context.Context, string) (bool, error) { return bool(f), nil }

func TestFrozenCustomer_getsNoNewSecret(t *testing.T) {
	t.Parallel()
	h := open(t)
	k, _ := h.key(everything)
	h.Ask(frozen(true))
	if _, _, err := h.Create(boss("c1"), "c1", everything); !errors.Is(err, apikey.ErrLocked) {
		t.Errorf("create: %v", err)
	}
	if _, _, err := h.Rotate(boss("c1"), k.ID, 0); !errors.Is(err, apikey.ErrLocked) {
		t.Errorf("rotate: %v", err)
	}
}

func TestSubmitOnce_makesOneBatchForEachReference(t *testing.T) {
	t.Parallel()
	h := open(t)
	k, _ := h.key(everything)
	ctx := boss("c1")
	made := 0
	do := func(reference, hash string) (string, error) {
		return h.SubmitOnce(ctx, k.ID, reference, hash, func(context.Context) (string, error) {
			made++
			return fmt.Sprintf("batch-%d", made), nil
		})
	}
	for range 3 {
		if id, err := do("order-1", hashOf("a")); err != nil || id != "batch-1" {
			t.Fatalf("%s %v", id, err)
		}
	}
	if _, err := do("order-1", hashOf("b")); !errors.Is(err, apikey.ErrReference) {
		t.Errorf("another content: %v", err)
	}
	lost := errors.New("no contract")
	if _, err := h.SubmitOnce(ctx, k.ID, "order-2", hashOf("a"), func(context.Context) (string, error) { return "", lost }); !errors.Is(err, lost) {
		t.Errorf("%v", err)
	}
	if id, err := do("order-2", hashOf("c")); err != nil || id != "batch-2" {
		t.Errorf("a call that failed keeps its reference: %s %v", id, err)
	}
}

// A key goes through any acts in any order and is always where the table and its calls say.
func TestKeyStates_followTheTableWhateverIsDone(t *testing.T) {
	t.Parallel()
	h := open(t)
	rapid.Check(t, func(rt *rapid.T) {
		for _, old := range must(h.List(boss("c1"), "c1")) { // keys of the runs before
			if old.State != apikey.Revoked {
				_, _ = h.Revoke(boss("c1"), old.ID, "")
			}
		}
		k, secret := h.key(everything)
		was := apikey.Active
		rt.Repeat(map[string]func(*rapid.T){
			"freeze":   func(*rapid.T) { _, _ = h.FreezeAll(testkit.System(), "c1") },
			"unfreeze": func(*rapid.T) { _, _ = h.UnfreezeAll(testkit.System(), "c1") },
			"revoke":   func(*rapid.T) { _, _ = h.Revoke(boss("c1"), k.ID, "") },
			"rotate": func(rt *rapid.T) {
				if _, fresh, err := h.Rotate(boss("c1"), k.ID, time.Duration(rapid.IntRange(0, 2).Draw(rt, "hours"))*time.Hour); err == nil {
					secret = fresh
				}
			},
			"wait": func(*rapid.T) { h.fake.Advance(time.Minute) },
			"": func(rt *rapid.T) {
				now, err := h.Get(boss("c1"), k.ID)
				if err != nil {
					rt.Fatal(err)
				}
				if now.State != was && !apikey.MayGo(was, now.State) {
					rt.Fatalf("%s became %s", was, now.State)
				}
				was = now.State
				want := map[apikey.State]error{apikey.Active: nil, apikey.Frozen: apikey.ErrFrozen, apikey.Revoked: apikey.ErrRevoked}[was]
				c := h.call(k, secret)
				if _, err := h.Authenticate(context.Background(), c); !errors.Is(err, want) && !(want == nil && errors.Is(err, apikey.ErrRate)) {
					rt.Fatalf("a call with a key that is %s: %v", was, err)
				}
			},
		})
		if bad, err := h.Verify(testkit.System()); err != nil || len(bad) > 0 {
			rt.Fatalf("%v %v", bad, err)
		}
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestScopes_openNothingButWhatTheyName(t *testing.T) {
	t.Parallel()
	k := apikey.Key{Scopes: []apikey.Scope{apikey.Read}}
	for capability, want := range map[string]bool{"batch.read": true, "batch.submit": false, "bill.read": false, "corner.manage": false, "": false} {
		if k.May(capability) != want {
			t.Errorf("a key that reads may %q: %v", capability, !want)
		}
	}
}

func FuzzCall_neverPassesUnsigned(f *testing.F) {
	h := open(f)
	k, secret := h.key(everything)
	good := h.call(k, secret)
	f.Add(good.Timestamp, good.Nonce, good.Path, good.Query, strings.Repeat("0", 64))
	f.Fuzz(func(t *testing.T, timestamp, nonce, path, query, signature string) {
		c := good
		c.Timestamp, c.Nonce, c.Path, c.Query, c.Signature = timestamp, nonce, path, url.QueryEscape(query), signature
		if _, err := h.Authenticate(context.Background(), c); err == nil {
			t.Fatalf("passed: %+v", c)
		}
	})
}

func BenchmarkAuthenticate(b *testing.B) {
	h := open(b)
	k, secret := h.key(everything)
	if _, err := h.SetLimits(testkit.As("admin", "system_admin"), k.ID, apikey.Limits{ReadPerMinute: 1_000_000, ReadBurst: 1_000_000, SendPerMinute: 1, SendBurst: 1}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		h.wants(h.call(k, secret), nil)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}
