package formdraft_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"sealgate/server/formdraft"
	"sealgate/server/testkit"
)

func TestSave_keepsTheLatestOfEachPersonApart(t *testing.T) {
	t.Parallel()
	c, fake := testkit.Clock(t, "2026-10-01 09:00")
	s := formdraft.New(testkit.DB(t), c)
	me, other := testkit.As("sales", "sales"), testkit.As("sales2", "sales")
	for _, body := range []string{`{"rent":"100"}`, `{"rent":"200"}`} {
		if _, err := s.Save(me, "contract.c1.package.3", json.RawMessage(body)); err != nil {
			t.Fatal(err)
		}
	}
	if d, err := s.Get(me, "contract.c1.package.3"); err != nil || d.Body != `{"rent":"200"}` {
		t.Errorf("%+v %v", d, err)
	}
	if _, err := s.Get(other, "contract.c1.package.3"); !errors.Is(err, formdraft.ErrNotFound) {
		t.Errorf("another's form was given out: %v", err)
	}
	if err := s.Drop(other, "contract.c1.package.3"); err != nil {
		t.Error(err)
	}
	fake.Advance(91 * 24 * time.Hour)
	if _, err := s.Save(me, "contract.c2.package.3", json.RawMessage(`{}`)); err != nil {
		t.Fatal(err)
	}
	if err := s.Purge(testkit.System()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(me, "contract.c1.package.3"); !errors.Is(err, formdraft.ErrNotFound) {
		t.Errorf("an old form was kept: %v", err)
	}
	if _, err := s.Get(me, "contract.c2.package.3"); err != nil {
		t.Error(err)
	}
}

func TestSave_refusesWhatIsNoForm(t *testing.T) {
	t.Parallel()
	c, _ := testkit.Clock(t, "2026-10-01 09:00")
	s := formdraft.New(testkit.DB(t), c)
	for name, body := range map[string]string{"": `{}`, "../x": `{}`, "a b": `{}`, "no-json": `{`, "empty": ``, "large": `"` + strings.Repeat("x", 65<<10) + `"`, strings.Repeat("x", 151): `{}`} {
		if _, err := s.Save(testkit.As("sales", "sales"), name, json.RawMessage(body)); !errors.Is(err, formdraft.ErrInvalid) {
			t.Errorf("%.20q: %v", name, err)
		}
	}
}
