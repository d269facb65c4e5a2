package authz_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"sealgate/configs"
	"sealgate/server/authz"
	"sealgate/server/staff"
)

var update = flag.Bool("update", false, "write testdata/matrix.txt anew")

type grants struct {
	list    []authz.Grant
	version atomic.Int64
	reads   atomic.Int64
}

func (g *grants) Grants(context.Context) ([]authz.Grant, int64, error) {
	g.reads.Add(1)
	return g.list, g.version.Load(), nil
}

func load(t testing.TB, g authz.Grants) *authz.Authz {
	t.Helper()
	a, err := authz.New(configs.FS, g)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// columns are those of the matrix: roles, then the parts that a customer's administrator gives.
func columns() []string {
	var out []string
	for _, r := range staff.Roles() {
		out = append(out, string(r))
	}
	for _, p := range staff.Parts() {
		out = append(out, p.Role())
	}
	return out
}

// The matrix as a table: a change of policy.csv shows in the review of this file (go test ./server/authz -update).
func TestMatrix_isTheOneThatWasAgreed(t *testing.T) {
	t.Parallel()
	a := load(t, nil)
	var caps []string
	for _, l := range a.Matrix() {
		if !slices.Contains(caps, l.Capability) {
			caps = append(caps, l.Capability)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-18s", "")
	for _, r := range columns() {
		fmt.Fprintf(&b, " %s", r)
	}
	b.WriteString("\n")
	for _, c := range caps {
		line := fmt.Sprintf("%-18s", c)
		for _, r := range columns() {
			mark := "·"
			if a.RoleHas(r, c) {
				mark = "x"
			}
			line += " " + mark + strings.Repeat(" ", len(r)-1)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	const golden = "testdata/matrix.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != b.String() {
		t.Errorf("policy.csv gives another matrix than %s (%v):\n%s", golden, err, b.String())
	}
}

func TestMatrix_namesExactlyTheRolesThatStaffKnows(t *testing.T) {
	t.Parallel()
	want := columns()
	got := load(t, nil).Roles()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("policy.csv has %v, staff %v", got, want)
	}
}

// P01: administration, security and audit approve nothing and move no money; only security gives roles; only audit reads
// the trail; a customer never reaches what is the staff's.
func TestMatrix_keepsTheDutiesApart(t *testing.T) {
	t.Parallel()
	a := load(t, nil)
	changes := func(capability string) bool {
		verb := capability[strings.IndexByte(capability, '.')+1:]
		switch verb {
		case "read", "own", "verify", "rules": // rules: the limits and segments that hold are looked at
			return capability == "licence.verify"
		}
		return true
	}
	allowed := map[string][]string{
		"system_admin":   {"user.write", "job.run", "sandbox.move", "apikey.limit", "support.check", "freeze.lift"},
		"security_admin": {"user.roles", "sandbox.move"},
		"auditor":        {"sandbox.move"},
	}
	for _, l := range a.Matrix() {
		if want, special := allowed[l.Role]; special && changes(l.Capability) && !slices.Contains(want, l.Capability) {
			t.Errorf("%s holds %s", l.Role, l.Capability)
		}
		switch l.Capability {
		case "user.roles":
			if l.Role != "security_admin" {
				t.Errorf("%s gives roles", l.Role)
			}
		case "audit.read", "audit.verify":
			if l.Role != "auditor" {
				t.Errorf("%s reads the trail", l.Role)
			}
		}
		if strings.HasPrefix(l.Role, "customer") {
			switch l.Capability {
			case "review.decide", "review.second", "review.read", "payment.record", "deposit.receive", "bill.run", "ledger.read", "user.read", "licence.verify",
				"signature.approve", "contract.write", "contract.review", "sandbox.read", "sandbox.move", "ruleset.read", "job.run", "batch.settle", "report.read":
				t.Errorf("customer holds %s", l.Capability)
			}
		}
	}
	for _, r := range columns() { // whoever submits does not decide
		if a.RoleHas(r, "batch.submit") && a.RoleHas(r, "review.decide") {
			t.Errorf("%s submits and decides", r)
		}
	}
}

func TestCan_decidesByGrantsAndNeverByAName(t *testing.T) {
	t.Parallel()
	g := &grants{list: []authz.Grant{{UserID: "u1", Role: "finance"}, {UserID: "finance", Role: "sales"}}}
	a := load(t, g)
	for _, c := range []struct {
		user, capability string
		want             bool
	}{
		{"u1", "payment.record", true},
		{"u1", "batch.submit", false},
		{"finance", "payment.record", false}, // an id that equals a role's name gets only what it was granted
		{"finance", "batch.submit", true},
		{"role:finance", "payment.record", false},
		{"u2", "session.own", false},
		{"", "session.own", false},
		{"u1", "payment.*", false},
		{"u1", "", false},
	} {
		got, err := a.Can(context.Background(), c.user, 0, c.capability)
		if err != nil || got != c.want {
			t.Errorf("%q may %q: %v, %v", c.user, c.capability, got, err)
		}
	}
}

func TestCan_forgetsWhatItDecidedWhenAGrantChanged(t *testing.T) {
	t.Parallel()
	g := &grants{list: []authz.Grant{{UserID: "u1", Role: "finance"}}}
	g.version.Store(7)
	a := load(t, g)
	can := func(version int64) bool {
		yes, err := a.Can(context.Background(), "u1", version, "payment.record")
		if err != nil {
			t.Fatal(err)
		}
		return yes
	}
	for range 100 {
		if !can(7) {
			t.Fatal("refused")
		}
	}
	if n := g.reads.Load(); n != 1 {
		t.Errorf("the grants were read %d times for 100 decisions", n)
	}
	g.list = nil // taken away by another process: the session's read brings the new version
	g.version.Store(8)
	if can(8) {
		t.Error("a role that was taken away still counts")
	}
	caps, err := a.Capabilities(context.Background(), "u1", 8)
	if err != nil || len(caps) > 0 {
		t.Errorf("capabilities %v %v", caps, err)
	}
}

func TestNew_refusesAPolicyThatDoesNotSayWhatItMeans(t *testing.T) {
	t.Parallel()
	model, err := configs.FS.ReadFile("authz/model.conf")
	if err != nil {
		t.Fatal(err)
	}
	for _, policy := range []string{"p, sales, x.read", "g, user:1, role:sales", "p, role:sales", "p, role:, x", "p, role:a, x\np, role:a, x", "p, role:a, x, allow"} {
		if _, err := authz.New(fstest.MapFS{"authz/model.conf": {Data: model}, "authz/policy.csv": {Data: []byte(policy)}}, nil); err == nil {
			t.Errorf("accepted %q", policy)
		}
	}
}

func BenchmarkCan(b *testing.B) {
	g := &grants{list: []authz.Grant{{UserID: "u1", Role: "finance"}}}
	a := load(b, g)
	for b.Loop() {
		if yes, err := a.Can(context.Background(), "u1", 0, "payment.record"); err != nil || !yes {
			b.Fatal(err)
		}
	}
}
