package recipient_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/jonboulle/clockwork"

	"sealgate/server/errs"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/recipient"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

type testWorld struct {
	*recipient.Service
	DB      *db.DB
	Machine *clockwork.FakeClock
	Restart func() *recipient.Service // on the same database
}

func world(t *testing.T) testWorld {
	t.Helper()
	d := testkit.DB(t)
	c, machine := testkit.Clock(t, "2026-10-01 09:00")
	m, err := crypt.OpenMaster(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	start := func() *recipient.Service { return recipient.New(d, c, trail.New(d, c), crypt.New(d, c, m)) }
	return testWorld{start(), d, machine, start}
}

func service(t *testing.T) *recipient.Service { return world(t).Service }

func check(t *testing.T, s *recipient.Service, customer, phone string) recipient.Kind {
	t.Helper()
	ctx := testkit.System()
	h, err := s.Hasher(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var hashes []string
	for i := range 2500 { // more than one query's worth
		hashes = append(hashes, h.Hash(fmt.Sprint(13900000000+i)))
	}
	hash := h.Hash(phone)
	got, err := s.Check(ctx, customer, append(hashes, hash))
	if err != nil {
		t.Fatal(err)
	}
	return got[hash]
}

func TestBlock_holdsForItsCustomerOrForAll_untilLifted(t *testing.T) {
	t.Parallel()
	s := service(t)
	ctx := testkit.As("wang", "compliance_lead")
	for range 2 { // a repeated reply changes nothing
		if err := s.Block(ctx, recipient.Add{Phone: "138 0013 8000", CustomerID: "c1", Kind: recipient.OptOut, Source: "reply"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := check(t, s, "c1", "13800138000"); got != recipient.OptOut {
		t.Errorf("c1: %q", got)
	}
	if got := check(t, s, "c2", "13800138000"); got != "" {
		t.Errorf("c2: %q", got)
	}
	if err := s.Block(ctx, recipient.Add{Phone: "13800138000", Kind: recipient.Blacklist, Source: "complaint"}); err != nil {
		t.Fatal(err)
	}
	if got := check(t, s, "c2", "13800138000"); got != recipient.Blacklist {
		t.Errorf("c2 after the blacklist: %q", got)
	}
	if got := check(t, s, "c1", "13800138000"); got != recipient.Blacklist {
		t.Errorf("c1 after the blacklist: %q", got)
	}
	for i := range 2 {
		if err := s.Lift(ctx, "13800138000", "", recipient.Blacklist, "mistake"); err != nil {
			t.Fatal(err)
		}
		if err := s.Lift(ctx, "13800138000", "", recipient.Blacklist, "again"); !errors.Is(err, recipient.ErrNotFound) {
			t.Errorf("lifted twice: %v", err)
		}
		if got := check(t, s, "c1", "13800138000"); got != recipient.OptOut {
			t.Errorf("round %d: the opt-out went with the blacklist: %q", i, got)
		}
		if err := s.Block(ctx, recipient.Add{Phone: "13800138000", Kind: recipient.Blacklist, Source: "complaint"}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBlock_refusesWhatIsNoNumberOrNoList(t *testing.T) {
	t.Parallel()
	s := service(t)
	if err := s.Block(testkit.System(), recipient.Add{Phone: "1.38E+10", Kind: recipient.OptOut}); !errors.Is(err, recipient.ErrPhone) {
		t.Error(err)
	}
	if err := s.Block(testkit.System(), recipient.Add{Phone: "13800138000", Kind: "x"}); !errors.Is(err, recipient.ErrKind) {
		t.Error(err)
	}
}

func fieldsOf(err error) []errs.Field {
	if e := errs.As(err); e != nil {
		return e.Fields
	}
	return nil
}

func zhOf(err error) string {
	if e := errs.As(err); e != nil {
		return e.Zh
	}
	return ""
}
