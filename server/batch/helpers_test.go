package batch_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"sealgate/rules"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/customer"
	"sealgate/server/plan"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/crypt"
	"sealgate/server/platform/db"
	"sealgate/server/recipient"
	"sealgate/server/registration"
	"sealgate/server/ruleset"
	"sealgate/server/testkit"
	"sealgate/server/trail"
)

// desk is one contract's world: one customer, one contract in force, one approved signature.
type desk struct {
	contract   contract.Contract
	signature  registration.Record
	customer   customer.Customer
	hindrances []string
	fault      error // of whoever asks for the customer
}

func (d *desk) Get(_ context.Context, id string) (*contract.Contract, error) {
	c := d.contract
	switch id {
	case c.ID:
	case "k2": // another customer's, like the first
		c.ID, c.CustomerID = "k2", "c2"
	default:
		return nil, contract.ErrNotFound
	}
	return &c, nil
}

func (d *desk) Sendable(context.Context, string, caldate.Instant) (contract.Sendable, error) {
	return contract.Sendable{Allowed: len(d.hindrances) == 0, Reasons: d.hindrances}, nil
}

type signatures struct{ *desk }

func (s signatures) Get(_ context.Context, id string) (*registration.Record, error) {
	g := s.signature
	switch id {
	case g.ID:
	case "s2":
		g.ID, g.CustomerID = "s2", "c2"
	default:
		return nil, registration.ErrNotFound
	}
	return &g, nil
}

type customers struct{ *desk }

func (c customers) Get(context.Context, string) (*customer.Customer, error) {
	x := c.customer
	return &x, c.fault
}

func newDesk() *desk {
	return &desk{
		contract: contract.Contract{
			ID: "k1", CustomerID: "c1", CustomerName: "云帆商城有限公司", State: contract.Active, ServiceCode: "106900000001",
			SendFrom: "08:00", SendTo: "21:00", AllowedCategories: []string{"notice", "verification"}, Terms: plan.Terms{Kind: plan.KindPackage, DailyCap: 100_000},
		},
		signature: registration.Record{ID: "s1", Kind: registration.Signature, CustomerID: "c1", Text: "云帆商城", State: registration.Approved},
		customer:  customer.Customer{ID: "c1", Contacts: []customer.Contact{{Name: "客服", Phone: "028-85551234"}}},
	}
}

// bench is a service on a database and folders of its own.
type bench struct {
	*desk
	*batch.Service
	db         *db.DB
	clock      clock.Clock
	fake       *clockwork.FakeClock
	blobs      *blob.Store
	blobDir    string
	recipients *recipient.Service
	t          testing.TB
}

// at is when tests happen: inside sending hours.
const at = "2026-11-02 10:00"

func newBench(t testing.TB, change ...func(*batch.Deps)) *bench {
	t.Helper()
	c, fake := testkit.Clock(t, at)
	b := openBench(t, testkit.DB(t), t.TempDir(), c, change...)
	b.fake = fake
	t.Cleanup(b.verify)
	return b
}

// verify holds after every test.
func (b *bench) verify() {
	found, err := b.Verify(testkit.System())
	if err != nil {
		b.t.Error(err)
	}
	for _, v := range found {
		b.t.Errorf("invariant %d: %s %s", v.Invariant, v.Object, v.Detail)
	}
}

func openBench(t testing.TB, d *db.DB, dir string, c clock.Clock, change ...func(*batch.Deps)) *bench {
	t.Helper()
	master, err := crypt.OpenMaster(filepath.Join(dir, "keys", "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	tr := trail.New(d, c)
	keys := crypt.New(d, c, master)
	rs := ruleset.New(d, c, tr)
	if _, err := rs.Install(testkit.System(), rules.FS); err != nil {
		t.Fatal(err)
	}
	b := &bench{desk: newDesk(), db: d, clock: c, blobs: blobs, blobDir: filepath.Join(dir, "blobs"), recipients: recipient.New(d, c, tr, keys), t: t}
	deps := batch.Deps{Blobs: blobs, Keys: keys, Contracts: b.desk, Signatures: signatures{b.desk}, Customers: customers{b.desk}, Recipients: b.recipients, Rules: rs}
	deps.Limits = batch.DefaultLimits()
	deps.Limits.Intake.TempDir = dir
	for _, f := range change {
		f(&deps)
	}
	b.Service = batch.New(d, c, tr, deps)
	return b
}

func (b *bench) Get(ctx context.Context, id string) (*batch.Batch, error) {
	return b.Service.Get(ctx, id)
}

var submitter = testkit.As("zhang", "sales_lead")

func (b *bench) order(mode batch.Mode, text string) batch.Order {
	return batch.Order{ContractID: "k1", SignatureID: "s1", Category: batch.Notice, Mode: mode, Text: text}
}

func (b *bench) create(mode batch.Mode, text string) *batch.Batch {
	b.t.Helper()
	x, err := b.Create(submitter, b.order(mode, text))
	if err != nil {
		b.t.Fatal(err)
	}
	return x
}

func (b *bench) upload(id, name string, content []byte) *batch.Batch {
	b.t.Helper()
	x, err := b.Upload(submitter, id, name, int64(len(content)), bytes.NewReader(content))
	if err != nil {
		b.t.Fatal(err)
	}
	return x
}

// work does all there is to do; the clock moves over pauses between tries.
func (b *bench) work() {
	b.t.Helper()
	for idle := 0; idle < 2; {
		did, err := b.Work(context.Background())
		if err != nil {
			b.t.Fatal(err)
		}
		if did {
			idle = 0
			continue
		}
		idle++
		if b.fake != nil {
			b.fake.Advance(10 * time.Second)
		}
	}
}

func (b *bench) run(mode batch.Mode, text, name string, content []byte) *batch.Batch {
	b.t.Helper()
	x := b.create(mode, text)
	b.upload(x.ID, name, content)
	b.work()
	return b.get(x.ID)
}

func (b *bench) get(id string) *batch.Batch {
	b.t.Helper()
	x, err := b.Service.Get(submitter, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return x
}

type judged struct {
	batch.Message
	batch.VerdictRow
}

func (b *bench) messages(id string) []judged {
	b.t.Helper()
	chunks, err := b.Chunks(submitter, id)
	if err != nil {
		b.t.Fatal(err)
	}
	var out []judged
	for i := range chunks {
		ms, err := b.OpenChunk(submitter, &chunks[i])
		if err != nil {
			b.t.Fatal(err)
		}
		vs, err := b.OpenVerdicts(submitter, &chunks[i])
		if err != nil {
			b.t.Fatal(err)
		}
		if len(ms) != len(vs) || int64(len(ms)) != chunks[i].Count {
			b.t.Fatalf("chunk %d: %d messages, %d verdicts, row says %d", chunks[i].Seq, len(ms), len(vs), chunks[i].Count)
		}
		for j := range ms {
			if ms[j].Seq != vs[j].Seq || ms[j].Seq != int64(len(out)+1) {
				b.t.Fatalf("message %d has seq %d, verdict %d", len(out)+1, ms[j].Seq, vs[j].Seq)
			}
			out = append(out, judged{ms[j], vs[j]})
		}
	}
	return out
}

func (b *bench) errorFile(id string) string {
	b.t.Helper()
	_, r, err := b.ErrorFile(submitter, id)
	if err != nil {
		b.t.Fatal(err)
	}
	defer r.Close()
	all, err := io.ReadAll(r)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(all)
}

// sampleFile is one of the real sample files, or skips the test aloud where they are not on this machine.
func sampleFile(t testing.TB, name string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != "/"; dir = filepath.Dir(dir) {
		if content, err := os.ReadFile(filepath.Join(dir, "shared", "data", "batches", name)); err == nil {
			return content
		}
	}
	t.Skipf("SKIPPED: the sample file shared/data/batches/%s is not above this folder", name)
	return nil
}

func lines(s string) []string {
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(s, "\r\n", "\n"), "\n"), "\n")
}
