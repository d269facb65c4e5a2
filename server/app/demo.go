package app

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/clock"
	"sealgate/server/staff"
)

// demoPeople are the demo's users: one of each role, and a second sales person, so that data scope shows.
var demoCustomerUser = newUser{Login: "customer", Name: "云帆商城 · 吴岚", Roles: []string{"customer"}}

var demoPeople = []newUser{
	{Login: "sales", Name: "张晓雯", Team: "西南一部", Roles: []string{"sales"}},
	{Login: "sales2", Name: "周启明", Team: "西南一部", Roles: []string{"sales"}},
	{Login: "saleslead", Name: "陈立群", Team: "西南一部", Roles: []string{"sales_lead"}},
	{Login: "compliance", Name: "李静", Roles: []string{"compliance_reviewer"}},
	{Login: "compliancelead", Name: "赵国栋", Roles: []string{"compliance_lead"}},
	{Login: "finance", Name: "王芳", Roles: []string{"finance"}},
	{Login: "financelead", Name: "刘敏", Roles: []string{"finance_lead"}},
	{Login: "sysadmin", Name: "孙浩", Roles: []string{"system_admin"}},
	{Login: "secadmin", Name: "何雪", Roles: []string{"security_admin"}},
	{Login: "auditor", Name: "郑文", Roles: []string{"auditor"}},
}

// prepareDemo makes the demo's users on the first start and prints them with their passwords; the returned function makes
// the demo's history, which takes seconds and runs after the server is ready. On later starts both do nothing.
func (a *App) prepareDemo(ctx context.Context, out io.Writer) (seed func(context.Context) error, err error) {
	nothing := func(context.Context) error { return nil }
	sys := actor.With(ctx, actor.System("demo"))
	people, _, err := a.Staff.List(sys, staff.Query{Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(people) > 0 {
		return nothing, nil
	}
	password, err := demoPassword()
	if err != nil {
		return nil, err
	}
	var g errgroup.Group // hashing a password takes a core 50 ms
	for _, p := range demoPeople {
		p.Password = password
		g.Go(func() error {
			_, err := a.addUser(sys, p)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	h := &history{main: a, password: password}
	a.Sandbox.past = make(chan struct{})
	printPeople(out, password)
	if err := os.WriteFile(a.path("demo-users.txt"), []byte(peopleTable(password)), 0o600); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		defer close(a.Sandbox.past)
		started := time.Now()
		if err := h.make(ctx); err != nil {
			return err
		}
		slog.Info("demo data ready", "after", time.Since(started).Round(time.Millisecond).String())
		return nil
	}, nil
}

// demoPassword is made up anew for every installation: a demo on a reachable address must not have a known one.
func demoPassword() (string, error) {
	var b [10]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	s := strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
	return "Demo-" + s[:4] + "-" + s[4:8] + "-" + s[8:12] + "7", nil
}

func peopleTable(password string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "LOGIN\tPASSWORD\tROLE")
	for _, p := range append(demoPeople, demoCustomerUser) {
		fmt.Fprintf(w, "%s\t%s\t%s\n", p.Login, password, strings.Join(p.Roles, ","))
	}
	_ = w.Flush()
	return b.String()
}

func printPeople(out io.Writer, password string) {
	if out == nil {
		return
	}
	fmt.Fprintf(out, "\nDemo users 演示用户 (printed on the first start only; also in demo-users.txt of the data folder):\n\n%s", peopleTable(password))
}

// history is the demo's past: made through the real services by a second program over the same database, whose business
// clock starts two months ago and walks to now. The serving program's clock never moves.
type history struct {
	main     *App
	past     *App
	password string
}

// make walks the past; the serving program starts its timetable and its workers when this is done.
func (h *history) make(ctx context.Context) error {
	machine := h.main.Clock.Machine()
	now := caldate.OfTime(h.main.Clock.Now())
	first := now.MonthOf().Add(-2).First().At(9, 0)
	h.past = &App{Config: h.main.Config, DB: h.main.DB, Clock: clock.NewAt(machine, first.Sub(machine.Now()))}
	if err := h.past.wire(ctx); err != nil {
		return err
	}
	h.past.Sandbox.on, h.past.Sandbox.volatile = true, true
	return h.tell(ctx)
}

// tell plays the story of the demo.
func (h *history) tell(ctx context.Context) error { return nil }
