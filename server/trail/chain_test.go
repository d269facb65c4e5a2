package trail_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"pgregory.net/rapid"

	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

type fixture struct {
	*trail.Trail
	t    testing.TB
	db   *db.DB
	fake *clockwork.FakeClock
}

func setUp(t testing.TB) fixture {
	t.Helper()
	d := testkit.DB(t)
	c, fake := testkit.Clock(t, "2026-10-01 09:00")
	return fixture{trail.New(d, c), t, d, fake}
}

func (f fixture) record(n int, what string) {
	f.t.Helper()
	err := f.db.Run(testkit.As("wang", "sales"), func(ctx context.Context) error {
		for i := range n {
			if err := f.Record(ctx, trail.Entry{Action: "contract." + what, ObjectType: "contract", ObjectID: fmt.Sprintf("k%d", i), Reason: "原因", Detail: map[string]any{"n": i}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f fixture) chain(limit int) int {
	f.t.Helper()
	n, err := f.Chain(testkit.System(), limit)
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

func (f fixture) verify(n *trail.Notary) trail.Report {
	f.t.Helper()
	r, err := f.Verify(testkit.System(), n)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

func (f fixture) notary() (n *trail.Notary, dir string) {
	f.t.Helper()
	dir = f.t.TempDir()
	n, err := trail.OpenNotary(filepath.Join(dir, "keys"), filepath.Join(dir, "marks"))
	if err != nil {
		f.t.Fatal(err)
	}
	return n, filepath.Join(dir, "marks", "audit-checkpoints.txt")
}

func TestChain_givesEveryRowAPlaceAndVerifies(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	if r := f.verify(nil); !r.OK || r.Rows != 0 {
		t.Fatalf("an empty trail: %+v", r)
	}
	f.record(7, "amend")
	if n := f.chain(5); n != 5 {
		t.Fatalf("chained %d", n)
	}
	if r := f.verify(nil); !r.OK || r.Rows != 5 || r.Waiting != 2 {
		t.Fatalf("with two rows waiting: %+v", r)
	}
	f.chain(5)
	if n := f.chain(5); n != 0 {
		t.Fatalf("chained %d again", n)
	}
	if r := f.verify(nil); !r.OK || r.Rows != 7 || r.Waiting != 0 {
		t.Fatalf("%+v", r)
	}
}

func TestChain_byManyAtOnceGivesEveryRowOnePlace(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { f.record(25, "amend") })
		wg.Go(func() {
			for range 10 {
				if _, err := f.Chain(testkit.System(), 20); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	f.chain(1000)
	if r := f.verify(nil); !r.OK || r.Rows != 100 {
		t.Errorf("%+v", r)
	}
}

func TestVerify_findsRowsThatTheSequencerForgot(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.record(3, "amend")
	f.fake.Advance(11 * time.Minute)
	if r := f.verify(nil); r.OK || r.Waiting != 3 {
		t.Errorf("three rows outside the chain for 11 minutes: %+v", r)
	}
}

func TestTables_refuseEveryChange(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.record(2, "amend")
	f.chain(10)
	for _, q := range []string{
		"UPDATE audit_rows SET reason = 'x'", "DELETE FROM audit_rows", "UPDATE audit_chain SET hash = row_hash", "DELETE FROM audit_chain",
		"REPLACE INTO audit_rows SELECT * FROM audit_rows", "REPLACE INTO audit_chain SELECT * FROM audit_chain",
	} {
		if _, err := f.db.SQL().Exec(q); err == nil {
			t.Errorf("accepted: %s", q)
		}
	}
	if r := f.verify(nil); !r.OK {
		t.Errorf("%+v", r)
	}
}

// Whoever has the whole database can drop the triggers; what is changed must still be found.
func TestVerify_findsAnyTampering(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.record(40, "amend")
	f.chain(100)
	for _, drop := range []string{"audit_rows_no_update", "audit_rows_no_delete", "audit_chain_no_update", "audit_chain_no_delete"} {
		if _, err := f.db.SQL().Exec("DROP TRIGGER " + drop); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		seq := rapid.Int64Range(1, 39).Draw(rt, "place") // the end is the checkpoints' affair
		var id string
		if err := f.db.SQL().QueryRow("SELECT row_id FROM audit_chain WHERE seq = ?", seq).Scan(&id); err != nil {
			rt.Fatal(err)
		}
		row := "'" + id + "'"
		do := rapid.SampledFrom([]struct{ act, undo string }{
			{"UPDATE audit_rows SET reason = 'changed' WHERE id = " + row, "UPDATE audit_rows SET reason = '原因' WHERE id = " + row},
			{"UPDATE audit_rows SET actor_id = 'somebody' WHERE id = " + row, "UPDATE audit_rows SET actor_id = 'u-wang' WHERE id = " + row},
			{"UPDATE audit_rows SET at = at + 1 WHERE id = " + row, "UPDATE audit_rows SET at = at - 1 WHERE id = " + row},
			{"UPDATE audit_rows SET from_state = 'a' WHERE id = " + row, "UPDATE audit_rows SET from_state = '' WHERE id = " + row},
			{"UPDATE audit_rows SET id = 'gone' WHERE id = " + row, "UPDATE audit_rows SET id = " + row + " WHERE id = 'gone'"},
			{fmt.Sprintf("UPDATE audit_chain SET seq = 9000 WHERE seq = %d", seq), fmt.Sprintf("UPDATE audit_chain SET seq = %d WHERE seq = 9000", seq)},
			{fmt.Sprintf("UPDATE audit_chain SET hash = '%064d' WHERE seq = %d", 0, seq), ""},
		}).Draw(rt, "tampering")
		var hash string
		if err := f.db.SQL().QueryRow("SELECT hash FROM audit_chain WHERE seq = ?", seq).Scan(&hash); err != nil {
			rt.Fatal(err)
		}
		if do.undo == "" {
			do.undo = fmt.Sprintf("UPDATE audit_chain SET hash = '%s' WHERE seq = %d", hash, seq)
		}
		if _, err := f.db.SQL().Exec(do.act); err != nil {
			rt.Fatal(err)
		}
		r := f.verify(nil)
		if _, err := f.db.SQL().Exec(do.undo); err != nil {
			rt.Fatal(err)
		}
		if r.OK || r.BrokenAt != seq {
			rt.Fatalf("not found at place %d: %s\n%+v", seq, do.act, r)
		}
		if r := f.verify(nil); !r.OK {
			rt.Fatalf("after undoing: %+v", r)
		}
	})
}

func TestCheckpoints_findAChainThatWasWrittenAnew(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	n, file := f.notary()
	if c, err := f.Checkpoint(testkit.System(), n); err != nil || c.Size != 0 { // a first start: nothing to sign
		t.Fatal(c, err)
	}
	f.record(3, "amend")
	f.chain(10)
	mark := func() error {
		_, err := f.Checkpoint(testkit.System(), n)
		return err
	}
	if err := mark(); err != nil {
		t.Fatal(err)
	}
	if err := mark(); err != nil { // nothing new: nothing written
		t.Fatal(err)
	}
	f.record(2, "sign")
	f.chain(10)
	if err := mark(); err != nil {
		t.Fatal(err)
	}
	if r := f.verify(n); !r.OK || r.Checkpoints != 2 {
		t.Fatalf("%+v", r)
	}

	// Somebody with the database cuts the last row off, or writes the chain anew with a row changed.
	for _, q := range []string{"DROP TRIGGER audit_chain_no_delete", "DROP TRIGGER audit_rows_no_delete", "DROP TRIGGER audit_rows_no_update",
		"DELETE FROM audit_rows WHERE id = (SELECT row_id FROM audit_chain WHERE seq = 5)", "DELETE FROM audit_chain WHERE seq = 5"} {
		if _, err := f.db.SQL().Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if r := f.verify(nil); !r.OK {
		t.Fatalf("without checkpoints a cut end can't be seen: %+v", r)
	}
	if r := f.verify(n); r.OK || r.BrokenAt != 5 {
		t.Errorf("a cut end: %+v", r)
	}
	if err := mark(); err == nil {
		t.Error("a checkpoint was signed over a shorter chain")
	}
	for _, q := range []string{"DELETE FROM audit_chain", "UPDATE audit_rows SET reason = 'never happened'"} {
		if _, err := f.db.SQL().Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	f.record(1, "amend")
	f.chain(10)
	if r := f.verify(nil); !r.OK {
		t.Fatalf("%+v", r)
	}
	if r := f.verify(n); r.OK || r.BrokenAt != 3 {
		t.Errorf("a chain written anew: %+v", r)
	}

	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(data), "\n3\n", "\n4\n", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := f.verify(n); r.OK {
		t.Error("a forged checkpoint was believed")
	}
}

func TestCheckpoints_areWrittenOverWhatAKillCutOff(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	n, file := f.notary()
	for i := range 3 {
		f.record(1, "amend")
		f.chain(10)
		if _, err := f.Checkpoint(testkit.System(), n); err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			data, _ := os.ReadFile(file)
			if err := os.WriteFile(file, data[:len(data)-20], 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if r := f.verify(n); !r.OK || r.Checkpoints != 2 {
		t.Errorf("%+v", r)
	}
}

func TestSearch_findsByActorActionObjectPeriodAndTextPageByPage(t *testing.T) {
	t.Parallel()
	f := setUp(t)
	f.record(30, "amend")
	f.fake.Advance(48 * time.Hour)
	f.record(3, "sign")
	f.chain(32)
	seen := map[string]bool{}
	q := trail.Query{Action: "contract", Limit: 20}
	for pages := 0; ; pages++ {
		rows, total, err := f.Search(testkit.System(), q)
		if err != nil || total != 33 || pages > 2 {
			t.Fatalf("page %d: total %d, %v", pages, total, err)
		}
		if len(rows) == 0 {
			break
		}
		if pages == 0 && (rows[0].Seq != 0 || rows[1].Seq != 32 || rows[1].Hash == "") {
			t.Errorf("newest rows %+v %+v", rows[0], rows[1])
		}
		for _, r := range rows {
			if seen[r.Row.ID] {
				t.Errorf("%s twice", r.Row.ID)
			}
			seen[r.Row.ID] = true
			q.After = r.Row.ID
		}
	}
	if len(seen) != 33 {
		t.Errorf("%d rows", len(seen))
	}
	for _, c := range []struct {
		q    trail.Query
		want int64
	}{
		{trail.Query{Action: "contract.sign"}, 3},
		{trail.Query{Action: "contract.%"}, 0},
		{trail.Query{Action: "contrac"}, 0},
		{trail.Query{Actor: "wan"}, 33},
		{trail.Query{Actor: "%"}, 0},
		{trail.Query{Actor: "u-wang", ObjectType: "contract", ObjectID: "k2"}, 2},
		{trail.Query{From: caldate.New(2026, 10, 2)}, 3},
		{trail.Query{To: caldate.New(2026, 10, 2)}, 30},
		{trail.Query{Text: "原因"}, 33},
		{trail.Query{Text: "' OR 1=1 --"}, 0},
	} {
		c.q.Limit = 5
		_, total, err := f.Search(testkit.System(), c.q)
		if err != nil || total != c.want {
			t.Errorf("%+v: %d, %v; want %d", c.q, total, err, c.want)
		}
	}
	rows, err := f.OfObject(testkit.System(), "contract", "k1")
	if err != nil || len(rows) != 2 || rows[0].Action != "contract.amend" || rows[1].Action != "contract.sign" {
		t.Errorf("history %+v %v", rows, err)
	}
}
