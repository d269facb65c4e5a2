package staff_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"pgregory.net/rapid"

	"sealgate/server/actor"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/ids"
	"sealgate/server/staff"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

const password = "ginkgo under heavy rain"

type fixture struct {
	*staff.Service
	t    testing.TB
	db   *db.DB
	fake *clockwork.FakeClock
	c    clock.Clock
}

func setUp(t testing.TB) fixture {
	t.Helper()
	d := testkit.DB(t)
	c, fake := testkit.Clock(t, "2026-10-01 09:00")
	s, err := staff.New(d, c, trail.New(d, c), nil)
	if err != nil {
		t.Fatal(err)
	}
	return fixture{s, t, d, fake, c}
}

func (f fixture) user(login, customerID string, roles ...staff.Role) *staff.Account {
	f.t.Helper()
	a, _, err := f.Create(testkit.System(), staff.NewUser{Login: login, Name: "名" + login, Roles: roles, CustomerID: customerID, Password: password})
	if err != nil {
		f.t.Fatal(err)
	}
	return a
}

func (f fixture) as(a *staff.Account) context.Context {
	return actor.With(context.Background(), actor.Actor{UserID: a.ID, Login: a.Login, Name: a.Name, IP: "203.0.113.7"})
}

func nobody() context.Context {
	return actor.With(context.Background(), actor.Actor{IP: "203.0.113.7", UserAgent: "test"})
}

func TestSignIn_opensASessionThatEndsByRestByAgeAndByFreezing(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	li := f.user("li", "", staff.Finance)
	admin := f.user("root1", "", staff.SystemAdmin)
	token, signed, err := f.SignIn(nobody(), "  LI ", password, "")
	if err != nil {
		t.Fatal(err)
	}
	if signed.User.ID != li.ID || !slices.Equal(signed.Roles, []staff.Role{staff.Finance}) || !signed.Scope.All {
		t.Fatalf("signed in as %+v", signed)
	}
	for range 30 { // busy for 10 hours
		f.fake.Advance(20 * time.Minute)
		if _, err := f.Session(nobody(), token); err != nil {
			t.Fatalf("a session in use ended: %v", err)
		}
	}
	f.c.SetOffset(31 * 24 * time.Hour) // a sandbox jumps a month: nobody is signed out
	if _, err := f.Session(nobody(), token); err != nil {
		t.Fatalf("the sandbox's clock ended a session: %v", err)
	}
	for range 6 {
		f.fake.Advance(20 * time.Minute)
		_, _ = f.Session(nobody(), token)
	}
	if _, err := f.Session(nobody(), token); !errors.Is(err, staff.ErrNoSession) {
		t.Fatalf("after 12 hours: %v", err)
	}

	token, _, _ = f.SignIn(nobody(), "li", password, "")
	f.fake.Advance(30 * time.Minute)
	if _, err := f.Session(nobody(), token); !errors.Is(err, staff.ErrNoSession) {
		t.Fatalf("after 30 minutes of rest: %v", err)
	}

	token, _, _ = f.SignIn(nobody(), "li", password, "")
	if _, err := f.Freeze(f.as(admin), li.ID, "leaves the company"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Session(nobody(), token); !errors.Is(err, staff.ErrNoSession) {
		t.Fatalf("after freezing: %v", err)
	}
	if _, _, err := f.SignIn(nobody(), "li", password, ""); !errors.Is(err, staff.ErrFrozen) {
		t.Fatalf("a frozen account signed in: %v", err)
	}
	if _, _, err := f.SignIn(nobody(), "li", "wrong password", ""); !errors.Is(err, staff.ErrBadCredentials) {
		t.Fatalf("freezing is told without the password: %v", err)
	}
	if _, err := f.Unfreeze(f.as(admin), li.ID, "came back"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.SignIn(nobody(), "li", password, ""); err != nil {
		t.Fatal(err)
	}
}

func TestSignIn_endsTheSessionThatTheBrowserCameWith(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.user("li", "", staff.Finance)
	planted, _, _ := f.SignIn(nobody(), "li", password, "")
	token, _, err := f.SignIn(nobody(), "li", password, planted)
	if err != nil || token == planted {
		t.Fatalf("token %v, error %v", token == planted, err)
	}
	if _, err := f.Session(nobody(), planted); !errors.Is(err, staff.ErrNoSession) {
		t.Fatalf("the planted token still works: %v", err)
	}
}

func TestSessions_areKeptAsHashesAndAtMostTen(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	li := f.user("li", "", staff.Finance)
	var first string
	for i := range 12 {
		token, _, err := f.SignIn(nobody(), "li", password, "")
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = token
		}
		f.fake.Advance(time.Second)
	}
	if _, err := f.Session(nobody(), first); !errors.Is(err, staff.ErrNoSession) {
		t.Errorf("the oldest of 12 sessions: %v", err)
	}
	list, err := f.Sessions(nobody(), li.ID)
	if err != nil || len(list) != 10 {
		t.Errorf("%d sessions, %v", len(list), err)
	}
	var n int
	if err := f.db.ReadSQL().QueryRow("SELECT COUNT(*) FROM sessions WHERE token_hash = '" + first + "'").Scan(&n); err != nil || n > 0 {
		t.Errorf("a token stands in the database: %d, %v", n, err)
	}
}

func TestLockOut_locksKnownAndUnknownLoginsAlikeForAQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.user("li", "", staff.Finance)
	for _, login := range []string{"li", "nobody-here"} {
		for i := range staff.MaxFailures {
			if _, _, err := f.SignIn(nobody(), login, "wrong password", ""); !errors.Is(err, staff.ErrBadCredentials) {
				t.Fatalf("%s, attempt %d: %v", login, i+1, err)
			}
		}
		if _, _, err := f.SignIn(nobody(), login, password, ""); !errors.Is(err, staff.ErrLocked) {
			t.Fatalf("%s after %d failures: %v", login, staff.MaxFailures, err)
		}
	}
	f.c.SetOffset(24 * time.Hour) // business time is no way out
	if _, _, err := f.SignIn(nobody(), "li", password, ""); !errors.Is(err, staff.ErrLocked) {
		t.Fatalf("the sandbox's clock lifted a lock: %v", err)
	}
	f.fake.Advance(staff.LockTime)
	if _, _, err := f.SignIn(nobody(), "li", password, ""); err != nil {
		t.Fatalf("after %s: %v", staff.LockTime, err)
	}
}

func TestLockOut_countsParallelGuessesOneByOne(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.user("li", "", staff.Finance)
	var wg sync.WaitGroup
	var mu sync.Mutex
	tried := 0
	for range 20 {
		wg.Go(func() {
			_, _, err := f.SignIn(nobody(), "li", "wrong password", "")
			mu.Lock()
			defer mu.Unlock()
			if errors.Is(err, staff.ErrBadCredentials) {
				tried++
			}
		})
	}
	wg.Wait()
	if tried != staff.MaxFailures {
		t.Errorf("%d guesses were compared, want %d", tried, staff.MaxFailures)
	}
}

func TestLockOut_isLiftedByTheAdministrator(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	li, admin := f.user("li", "", staff.Finance), f.user("root1", "", staff.SystemAdmin)
	for range staff.MaxFailures {
		_, _, _ = f.SignIn(nobody(), "li", "wrong password", "")
	}
	list, total, err := f.List(nobody(), staff.Query{State: "locked", Limit: 20})
	if err != nil || total != 1 || list[0].ID != li.ID || !f.LockedNow(list[0]) {
		t.Fatalf("locked accounts: %+v %d %v", list, total, err)
	}
	if _, err := f.Unfreeze(f.as(admin), li.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.SignIn(nobody(), "li", password, ""); err != nil {
		t.Fatal(err)
	}
}

func TestAddress_isSlowedDownWhateverLoginsItTries(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	slowed := false
	for range 61 {
		_, _, err := f.SignIn(nobody(), ids.New(), "wrong password", "")
		slowed = slowed || errors.Is(err, staff.ErrTooManyFrom)
	}
	if !slowed {
		t.Error("61 sign-ins from one address at one moment were all compared")
	}
	f.user("li", "", staff.Finance)
	other := actor.With(context.Background(), actor.Actor{IP: "203.0.113.8"})
	if _, _, err := f.SignIn(other, "li", password, ""); err != nil {
		t.Errorf("another address: %v", err)
	}
}

func TestCheckPassword_refusesShortCommonAndBuiltOnTheLogin(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"", "short", "elevenchars", "password1234", "P@ssw0rd2026!", "Admin@123456789", "123456789012", "abcdefghijkl", "aaaaaaaaaaaa", "abcabcabcabc",
		"1qaz2wsx3edc", "woaini520520", "zhangwei-2026-ok", "wrong\x00byte-here", "Sealgate20262026", strings.Repeat("长", 100),
	} {
		if err := staff.CheckPassword(bad, "zhangwei"); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	for _, good := range []string{password, "银杏树下的雨一直下个不停啊", "kR7-vq2m-Lx9p", staff.MakePassword()} {
		if err := staff.CheckPassword(good, "zhangwei"); err != nil {
			t.Errorf("%q was refused: %v", good, err)
		}
	}
}

func TestChangePassword_endsTheOtherSessionsAndNeedsThePresentOne(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	li := f.user("li", "", staff.Finance)
	other, _, _ := f.SignIn(nobody(), "li", password, "")
	token, signed, _ := f.SignIn(nobody(), "li", password, "")
	if err := f.ChangePassword(f.as(li), signed, "wrong password", "plum trees in the mist"); !errors.Is(err, staff.ErrWrongPassword) {
		t.Fatalf("with a wrong present password: %v", err)
	}
	if err := f.ChangePassword(f.as(li), signed, password, password); !errors.Is(err, staff.ErrWeakPassword) {
		t.Fatalf("with the same password: %v", err)
	}
	if err := f.ChangePassword(f.as(li), signed, password, "plum trees in the mist"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Session(nobody(), token); err != nil {
		t.Errorf("the own session ended: %v", err)
	}
	if _, err := f.Session(nobody(), other); !errors.Is(err, staff.ErrNoSession) {
		t.Errorf("another session goes on: %v", err)
	}
	for range staff.MaxFailures {
		_ = f.ChangePassword(f.as(li), signed, "guess after guess", "plum trees in the mist")
	}
	if err := f.ChangePassword(f.as(li), signed, "plum trees in the mist", password); !errors.Is(err, staff.ErrLocked) {
		t.Errorf("guessing the password through a session is not counted: %v", err)
	}
}

func TestRoles_ofOneDutyOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		roles    []staff.Role
		customer string
		want     error
	}{
		{nil, "", nil},
		{[]staff.Role{staff.Sales, staff.Finance, staff.ComplianceLead}, "", nil},
		{[]staff.Role{staff.Auditor}, "", nil},
		{[]staff.Role{staff.SystemAdmin, staff.SecurityAdmin}, "", staff.ErrSeparation},
		{[]staff.Role{staff.SystemAdmin, staff.Auditor}, "", staff.ErrSeparation},
		{[]staff.Role{staff.Auditor, staff.Sales}, "", staff.ErrSeparation},
		{[]staff.Role{staff.Finance, staff.SecurityAdmin}, "", staff.ErrSeparation},
		{[]staff.Role{staff.CustomerRole}, "c1", nil},
		{[]staff.Role{staff.CustomerRole}, "", staff.ErrCustomerRole},
		{[]staff.Role{staff.Sales}, "c1", staff.ErrCustomerRole},
		{[]staff.Role{staff.CustomerRole, staff.Sales}, "c1", staff.ErrCustomerRole},
		{[]staff.Role{"root"}, "", staff.ErrUnknownRole},
		{[]staff.Role{staff.Sales, staff.Sales}, "", staff.ErrUnknownRole},
	} {
		if err := staff.CheckRoles(c.roles, c.customer); !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%v for customer %q: %v, want %v", c.roles, c.customer, err, c.want)
		}
	}
}

func TestSetRoles_neverToOneselfAndForgetsWhatWasDecided(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	security, li := f.user("sec", "", staff.SecurityAdmin), f.user("li", "")
	if _, err := f.SetRoles(f.as(security), security.ID, []staff.Role{staff.Finance}); !errors.Is(err, staff.ErrOwnRoles) {
		t.Fatalf("changed the own roles: %v", err)
	}
	token, before, _ := f.SignIn(nobody(), "li", password, "")
	if _, err := f.SetRoles(f.as(security), li.ID, []staff.Role{staff.Sales}); err != nil {
		t.Fatal(err)
	}
	after, err := f.Session(nobody(), token)
	if err != nil || after.Version <= before.Version || !slices.Equal(after.Roles, []staff.Role{staff.Sales}) {
		t.Fatalf("after a grant: %+v, %v", after, err)
	}
	if after.Scope.All || !slices.Equal(after.Scope.OwnerIDs, []string{li.ID}) {
		t.Errorf("scope of sales: %+v", after.Scope)
	}
	if _, err := f.SetRoles(f.as(security), li.ID, []staff.Role{staff.Sales, staff.Auditor}); !errors.Is(err, staff.ErrSeparation) {
		t.Fatalf("an auditor who sells: %v", err)
	}
}

func TestScope_ofALeadIsTheTeam(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	var members []string
	for _, n := range []staff.NewUser{
		{Login: "lead", Name: "甲", Team: "华东", Roles: []staff.Role{staff.SalesLead}},
		{Login: "a1", Name: "乙", Team: "华东", Roles: []staff.Role{staff.Sales}},
		{Login: "b1", Name: "丙", Team: "华南", Roles: []staff.Role{staff.Sales}},
	} {
		n.Password = password
		a, _, err := f.Create(testkit.System(), n)
		if err != nil {
			t.Fatal(err)
		}
		if n.Team == "华东" {
			members = append(members, a.ID)
		}
	}
	_, signed, err := f.SignIn(nobody(), "lead", password, "")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(members)
	if !slices.Equal(signed.Scope.OwnerIDs, members) || signed.Scope.All {
		t.Errorf("scope %+v, want %v", signed.Scope, members)
	}
}

func TestAccounts_takenOverByNoAdministrator(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	admin, security, auditor := f.user("root1", "", staff.SystemAdmin), f.user("sec", "", staff.SecurityAdmin), f.user("aud", "", staff.Auditor)
	for _, a := range []*staff.Account{security, auditor} {
		if _, _, err := f.ResetPassword(f.as(admin), a.ID, ""); !errors.Is(err, staff.ErrProtected) {
			t.Errorf("the system administrator set the password of %s: %v", a.Login, err)
		}
	}
	mole, _, err := f.Create(f.as(admin), staff.NewUser{Login: "mole", Name: "M", Roles: []staff.Role{staff.FinanceLead}})
	if err != nil || len(mole.Roles) > 0 || !slices.Equal(mole.Requested(), []staff.Role{staff.FinanceLead}) {
		t.Errorf("the system administrator gave roles: %+v %v", mole, err)
	}
	if given, err := f.SetRoles(f.as(security), mole.ID, mole.Requested()); err != nil || len(given.Roles) != 1 || len(given.Requested()) > 0 {
		t.Errorf("the security administrator gave what was asked for: %+v %v", given, err)
	}
	a, first, err := f.Create(f.as(admin), staff.NewUser{Login: "new", Name: "新", Password: "chosen by the admin himself"})
	if err != nil || first == "" || !a.MustChange {
		t.Fatalf("%+v %q %v", a, first, err)
	}
	if _, _, err := f.SignIn(nobody(), "new", "chosen by the admin himself", ""); !errors.Is(err, staff.ErrBadCredentials) {
		t.Errorf("an administrator chose somebody's password: %v", err)
	}
	if _, err := f.Freeze(f.as(admin), admin.ID, ""); !errors.Is(err, staff.ErrOwnAccount) {
		t.Errorf("froze the own account: %v", err)
	}
	_, second, err := f.ResetPassword(f.as(admin), a.ID, "forgotten")
	if err != nil {
		t.Fatal(err)
	}
	_, signed, err := f.SignIn(nobody(), "new", second, "")
	if err != nil || !signed.User.MustChange {
		t.Errorf("after a reset: %+v %v", signed, err)
	}
}

// The database alone must hold the separation of duties, whatever a program writes (invariant 17).
func TestDatabase_holdsTheSeparationAgainstAnyOrderOfWrites(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	staffer, ofCustomer := f.user("plain", ""), f.user("cust", "c1")
	duty := func(r string) string {
		switch r {
		case "system_admin", "security_admin", "auditor", "customer":
			return r
		}
		return "business"
	}
	rapid.Check(t, func(rt *rapid.T) {
		q := f.db.SQL()
		if _, err := q.Exec("DELETE FROM user_roles"); err != nil {
			rt.Fatal(err)
		}
		held := map[string]map[string]bool{staffer.ID: {}, ofCustomer.ID: {}}
		roles := []string{}
		for _, r := range staff.Roles() {
			roles = append(roles, string(r))
		}
		for range rapid.IntRange(1, 12).Draw(rt, "writes") {
			id := rapid.SampledFrom([]string{staffer.ID, ofCustomer.ID}).Draw(rt, "user")
			role := rapid.SampledFrom(roles).Draw(rt, "role")
			var err error
			kind := rapid.SampledFrom([]string{"insert", "delete", "update"}).Draw(rt, "kind")
			fits := (role == "customer") == (id == ofCustomer.ID) && !held[id][role]
			old := ""
			if kind == "update" {
				var mine []string
				for r := range held[id] {
					mine = append(mine, r)
				}
				if len(mine) == 0 {
					continue
				}
				slices.Sort(mine)
				old = rapid.SampledFrom(mine).Draw(rt, "old")
			}
			for r := range held[id] {
				if r != old && duty(r) != duty(role) {
					fits = false
				}
			}
			switch kind {
			case "insert":
				_, err = q.Exec("INSERT INTO user_roles (user_id, role, granted_by, granted_at) VALUES ('" + id + "', '" + role + "', 'x', 1)")
				if err == nil {
					held[id][role] = true
				}
			case "update":
				_, err = q.Exec("UPDATE user_roles SET role = '" + role + "' WHERE user_id = '" + id + "' AND role = '" + old + "'")
				if role == old {
					continue
				}
				if err == nil {
					delete(held[id], old)
					held[id][role] = true
				}
			case "delete":
				if _, err := q.Exec("DELETE FROM user_roles WHERE user_id = '" + id + "' AND role = '" + role + "'"); err != nil {
					rt.Fatal(err)
				}
				delete(held[id], role)
				continue
			}
			if (err == nil) != fits {
				rt.Fatalf("%s of %s (was %q) to %s who holds %v: %v", kind, role, old, id, held[id], err)
			}
		}
		if bad, err := f.Check(context.Background()); err != nil || len(bad) > 0 {
			rt.Fatalf("invariant 17: %v %v", bad, err)
		}
	})
	if _, err := f.db.SQL().Exec("UPDATE users SET customer_id = NULL WHERE id = '" + ofCustomer.ID + "'"); err == nil {
		t.Error("an account changed its customer")
	}
}

func TestEveryChange_hasItsAuditRowAndNoneHoldsAPassword(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	admin, li := f.user("root1", "", staff.SystemAdmin), f.user("li", "", staff.Finance)
	_, _, _ = f.SignIn(nobody(), "li", "wrong password", "")
	_, signed, _ := f.SignIn(nobody(), "li", password, "")
	_ = f.ChangePassword(f.as(li), signed, password, "plum trees in the mist")
	_ = f.SignOut(f.as(li), signed)
	_, _ = f.Freeze(f.as(admin), li.ID, "r")
	_, _ = f.Unfreeze(f.as(admin), li.ID, "r")
	_, _, _ = f.ResetPassword(f.as(admin), li.ID, "r")
	rows, err := f.db.ReadSQL().Query("SELECT action, detail FROM audit_rows WHERE object_id = '" + li.ID + "' ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var actions []string
	for rows.Next() {
		var a, detail string
		if err := rows.Scan(&a, &detail); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(detail, password) || strings.Contains(detail, "argon2") {
			t.Errorf("%s holds a password: %s", a, detail)
		}
		actions = append(actions, a)
	}
	want := []string{"user.create", "user.roles", "session.refuse", "session.open", "user.change_password", "session.close", "user.freeze", "user.unfreeze", "user.reset_password"}
	if !slices.Equal(actions, want) {
		t.Errorf("actions %v\nwant    %v", actions, want)
	}
}
