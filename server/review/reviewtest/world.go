// Package reviewtest sets a desk up for tests: real database, storage, keys, rules and batches, one contract that the test
// opens and closes at will.
package reviewtest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/jonboulle/clockwork"

	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/notice"
	"sealgate/server/plan"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/recipient"
	"sealgate/server/registration"
	"sealgate/server/review"
	"sealgate/server/ruleset"
	"sealgate/server/testkit"
	"sealgate/server/trail"
	"sealgate/server/usage"
	"sealgate/server/verify"
	"sealgate/templates"
)

// World is one provider with one customer and one contract.
type World struct {
	T          testing.TB
	DB         *db.DB
	Clock      clock.Clock
	Fake       *clockwork.FakeClock
	Trail      *trail.Trail
	Keys       *crypt.Keys
	Blobs      *blob.Store
	BlobDir    string
	Contract   *Contract
	Recipients *recipient.Service
	Notices    *notice.Service
	Usage      *usage.Service
	Rules      *ruleset.Service
	Batches    *batch.Service
	Reviews    *review.Service
	rows       int
}

// The words whose rules decide what becomes of a text.
const (
	Grave     = "重案甲词核实" // held, level 5: two people
	Doubtful  = "待查乙词核实" // held, level 3
	Forbidden = "禁发丙词核实" // refused
	Authority = "上报丁词核实" // escalated
)

// Contract stands in for contract.Service: what it says can be changed at any time.
type Contract struct {
	mu          sync.Mutex
	clock       clock.Clock
	c           contract.Contract
	reasons     []string
	suspensions []contract.Suspension
}

// Get gives the contract whoever asks.
func (c *Contract) Get(context.Context, string) (*contract.Contract, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.c
	return &out, nil
}

// Sendable says what Suspend and Lift left.
func (c *Contract) Sendable(context.Context, string, caldate.Instant) (contract.Sendable, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return contract.Sendable{Allowed: len(c.reasons) == 0, Reasons: append([]string{}, c.reasons...)}, nil
}

// Suspensions gives those of the past and the present.
func (c *Contract) Suspensions(context.Context, string) ([]contract.Suspension, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]contract.Suspension{}, c.suspensions...), nil
}

// Hold does nothing: tests suspend between slices.
func (c *Contract) Hold(context.Context, string) error { return nil }

// Change edits the contract.
func (c *Contract) Change(f func(*contract.Contract)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.c)
}

// Suspend stops sending at once.
func (c *Contract) Suspend(r contract.Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reasons = append(c.reasons, "suspended:"+string(r))
	c.suspensions = append(c.suspensions, contract.Suspension{ContractID: c.c.ID, Reason: r, SuspendedFrom: c.clock.Today(), SuspendedAt: c.clock.Instant()})
}

// Lift lets go on.
func (c *Contract) Lift() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reasons = nil
	for i := range c.suspensions {
		if c.suspensions[i].LiftedAt.IsZero() {
			c.suspensions[i].LiftedOn, c.suspensions[i].LiftedAt = c.clock.Today(), c.clock.Instant()
		}
	}
}

// End closes the contract for good.
func (c *Contract) End() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reasons, c.c.State, c.c.EndedOn = []string{"ended"}, contract.Terminated, c.clock.Today()
}

type signatures struct{}

func (signatures) Get(_ context.Context, id string) (*registration.Record, error) {
	return &registration.Record{ID: id, Kind: registration.Signature, CustomerID: "cust", Text: "信闸", State: registration.Approved}, nil
}

type customers struct{}

func (customers) Get(_ context.Context, id string) (*customer.Customer, error) {
	return &customer.Customer{ID: id, Name: "川味餐饮"}, nil
}

// New makes a world at ten o'clock on a working day, with sending hours 08:00 to 21:00 and no daily cap.
func New(t testing.TB) *World {
	t.Helper()
	return Over(t, testkit.DB(t), t.TempDir(), t.TempDir())
}

// Over is New on a given database and folders, for tests that share them between processes. The clock is a fake one.
func Over(t testing.TB, d *db.DB, blobDir, keyDir string) *World {
	t.Helper()
	c, fake := testkit.Clock(t, "2026-10-12 10:00")
	return At(t, d, c, fake, blobDir, keyDir)
}

// At is Over with a clock.
func At(t testing.TB, d *db.DB, c clock.Clock, fake *clockwork.FakeClock, blobDir, keyDir string) *World {
	t.Helper()
	w := &World{T: t, DB: d, Clock: c, Fake: fake, BlobDir: blobDir, Trail: trail.New(d, c)}
	master, err := crypt.OpenMaster(keyDir + "/master.key")
	w.must(err)
	w.Keys = crypt.New(d, c, master)
	w.Blobs, err = blob.Open(blobDir)
	w.must(err)
	texts, err := templates.LoadNotices(templates.FS)
	w.must(err)
	w.Notices = notice.New(d, c, texts)
	w.Usage = usage.New(d)
	w.Contract = &Contract{clock: c, c: contract.Contract{
		ID: "contract", Number: "HT-2026-000001", Kind: plan.KindPackage, CustomerID: "cust", CustomerName: "川味餐饮", State: contract.Active,
		Terms: plan.Terms{Kind: plan.KindPrepaid}, StartDate: caldate.MustParse("2026-01-01"), EndDate: caldate.MustParse("2028-12-31"),
		ServiceCode: "10690001", SendFrom: "08:00", SendTo: "21:00", AllowedCategories: []string{"notice", "marketing"},
	}}
	w.Recipients = recipient.New(d, c, w.Trail, w.Keys)
	w.open()
	w.Reviews = review.New(d, c, w.Trail, w.Batches, w.Contract, w.Notices, w.Keys, w.Blobs)
	return w
}

func (w *World) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Line is one message to be.
type Line struct{ Phone, Text string }

// Lines makes n messages with the text, to numbers that no other call has given.
func (w *World) Lines(n int, text string) []Line {
	out := make([]Line, n)
	for i := range out {
		w.rows++
		// Far apart, so that no rule takes them for a range.
		out[i] = Line{fmt.Sprintf("13%09d", (w.rows*7919+12345)%1_000_000_000), text}
	}
	return out
}

// Reviewer is a context in which a person reviews.
func Reviewer(login string) context.Context { return testkit.As(login, "compliance_reviewer") }

// Approve takes a batch through the desk as one or two people and gives its progress.
func (w *World) Approve(batchID string) *review.Progress {
	w.T.Helper()
	ctx := Reviewer("li")
	_, err := w.Reviews.Claim(ctx, batchID)
	w.must(err)
	p, err := w.Reviews.Decide(ctx, review.Act{BatchID: batchID, Scope: review.WholeBatch, Choice: review.Approve})
	w.must(err)
	p, err = w.Reviews.Finish(ctx, batchID, p.DecisionsHash)
	w.must(err)
	if p.Manifest == nil {
		p, err = w.Reviews.Confirm(Reviewer("wang"), batchID, p.DecisionsHash)
		w.must(err)
	}
	return p
}

// Batch reads a batch.
func (w *World) Batch(id string) *batch.Batch {
	w.T.Helper()
	b, err := w.Batches.Get(testkit.System(), id)
	w.must(err)
	return b
}

// Sound fails the test where a check finds anything.
func (w *World) Sound(checks ...func(context.Context) ([]verify.Violation, error)) {
	w.T.Helper()
	for _, check := range append(checks, w.Reviews.Verify, w.Usage.Verify) {
		vs, err := check(testkit.System())
		w.must(err)
		for _, v := range vs {
			w.T.Errorf("invariant %d: %s: %s", v.Invariant, v.Object, v.Detail)
		}
	}
}
