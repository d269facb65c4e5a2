package staff_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"sealgate/server/actor"
	"sealgate/server/staff"
	"sealgate/server/testkit"
)

// of is one of a customer's people at work.
func of(a *staff.Account) context.Context {
	return actor.With(context.Background(), actor.Actor{UserID: a.ID, Login: a.Login, Name: a.Name, CustomerID: a.Customer(), Scope: actor.Scope{CustomerID: a.Customer()}})
}

// partsOf are the roles of the matrix that somebody's grants hold beside the customer role.
func (f fixture) partsOf(id string) (out []string) {
	f.t.Helper()
	grants, _, err := f.Grants(testkit.System())
	if err != nil {
		f.t.Fatal(err)
	}
	for _, g := range grants {
		if g.UserID == id && g.Role != string(staff.CustomerRole) {
			out = append(out, g.Role)
		}
	}
	return out
}

func TestParts_areAllUntilSomebodyDividesThem(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	boss := f.user("boss", "c1", staff.CustomerRole)
	all := []string{"customer_admin", "customer_submitter", "customer_approver"}
	if got := f.partsOf(boss.ID); !slices.Equal(got, all) {
		t.Fatalf("the first person has %v", got)
	}
	m, first, err := f.AddPerson(of(boss), "zhou", "周敏", []staff.Part{staff.Approver, staff.Submitter, staff.Approver})
	if err != nil || first == "" || !m.MustChange || !slices.Equal(f.partsOf(m.ID), []string{"customer_submitter", "customer_approver"}) {
		t.Fatalf("%+v %v, parts %v", m, err, f.partsOf(m.ID))
	}
	if _, err := f.SetParts(of(boss), m.ID, nil); err != nil || len(f.partsOf(m.ID)) != 0 {
		t.Errorf("after all were taken: %v %v", f.partsOf(m.ID), err)
	}
	if _, err := f.SetParts(of(boss), boss.ID, nil); !errors.Is(err, staff.ErrOwnParts) {
		t.Errorf("the own parts: %v", err)
	}
	if _, err := f.SetParts(of(boss), m.ID, []staff.Part{"owner"}); !errors.Is(err, staff.ErrUnknownPart) {
		t.Errorf("an unknown part: %v", err)
	}
	if broken, err := f.Check(testkit.System()); err != nil || len(broken) > 0 {
		t.Errorf("%v %v", broken, err)
	}
}

func TestPeople_areTheirCustomersOwn(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	boss, other, ours := f.user("boss", "c1", staff.CustomerRole), f.user("other", "c2", staff.CustomerRole), f.user("li", "", staff.Finance)
	for _, id := range []string{other.ID, ours.ID, "nobody"} {
		for name, err := range map[string]error{
			"parts": second(f.SetParts(of(boss), id, nil)), "freeze": second(f.FreezeMember(of(boss), id, "")), "unfreeze": second(f.UnfreezeMember(of(boss), id, "")),
		} {
			if !errors.Is(err, staff.ErrUserNotFound) {
				t.Errorf("%s of %s: %v", name, id, err)
			}
		}
	}
	if list, err := f.People(of(boss), "c2"); err != nil || len(list) != 0 {
		t.Errorf("another's people: %v %v", list, err)
	}
	if _, _, err := f.AddPerson(f.as(ours), "x1", "某", nil); !errors.Is(err, staff.ErrUserNotFound) {
		t.Errorf("one of us adds a customer's person: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestFreezeCustomer_closesWhatIsOpenAndOpensThatAlone(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	boss, gone, other := f.user("boss", "c1", staff.CustomerRole), f.user("gone", "c1", staff.CustomerRole), f.user("other", "c2", staff.CustomerRole)
	if _, err := f.FreezeMember(of(boss), gone.ID, "离职"); err != nil {
		t.Fatal(err)
	}
	token, _, err := f.SignIn(nobody(), "boss", password, "")
	if err != nil {
		t.Fatal(err)
	}
	frozen, err := f.FreezeCustomer(of(boss), "c1", "被盗")
	if err != nil || !slices.Equal(frozen, []string{boss.ID}) {
		t.Fatalf("%v %v", frozen, err)
	}
	if _, err := f.Session(nobody(), token); !errors.Is(err, staff.ErrNoSession) {
		t.Errorf("a session goes on: %v", err)
	}
	if err := f.UnfreezeCustomer(testkit.System(), "c1", frozen, "已核验"); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]staff.State{boss.ID: staff.Active, gone.ID: staff.Frozen, other.ID: staff.Active} {
		if u, err := f.Get(testkit.System(), id); err != nil || u.State != want {
			t.Errorf("%s is %s, want %s: %v", u.Login, u.State, want, err)
		}
	}
}

type noChecks struct{ asked []string }

func (c *noChecks) Require(_ context.Context, _, action, _, _ string) error {
	c.asked = append(c.asked, action)
	return staff.ErrProtected
}

func TestCustomersAccounts_areTouchedByUsOnlyUnderACheck(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	boss, admin := f.user("boss", "c1", staff.CustomerRole), f.user("root1", "", staff.SystemAdmin)
	checks := &noChecks{}
	f.Heed(checks)
	if _, err := f.Freeze(f.as(admin), boss.ID, "怀疑被盗"); err != nil {
		t.Errorf("closing needs no check: %v", err)
	}
	for name, err := range map[string]error{"unfreeze": second(f.Unfreeze(f.as(admin), boss.ID, "")), "reset": third(f.ResetPassword(f.as(admin), boss.ID, ""))} {
		if !errors.Is(err, staff.ErrProtected) {
			t.Errorf("%s without a check: %v", name, err)
		}
	}
	if _, err := f.Unfreeze(testkit.System(), boss.ID, "命令行"); err != nil {
		t.Errorf("the command line: %v", err)
	}
	slices.Sort(checks.asked)
	if !slices.Equal(checks.asked, []string{"user.reset-password", "user.unfreeze"}) {
		t.Errorf("asked for %v", checks.asked)
	}
}

func third[T, U any](_ T, _ U, err error) error { return err }
