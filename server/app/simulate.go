package app

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/jonboulle/clockwork"

	"sealgate/migrations"
	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/blob"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/simulate"
)

// Simulate plays a scenario through the real services: the ones of wireBusiness over a private database in memory, on a
// clock that only the run moves, with the jobs of the timetable day by day. Nothing of the running program is touched.
func Simulate(ctx context.Context, c Config, s *simulate.Scenario) (*simulate.Result, error) {
	h, pullDown, err := NewHouse(ctx, c, s.First())
	if err != nil {
		return nil, err
	}
	defer pullDown()
	return h.Run(ctx, s)
}

// trial is Simulate for the portal, with this program's configuration.
func (a *App) trial(ctx context.Context, s *simulate.Scenario) (*simulate.Result, error) {
	return Simulate(ctx, a.Config, s)
}

// NewHouse builds what a trial runs on, with its clock at 00:00 of a day; pullDown gives everything back.
func NewHouse(ctx context.Context, c Config, first caldate.Date) (h *simulate.House, pullDown func(), err error) {
	d, err := db.OpenMemory(ctx, migrations.FS)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "sealgate-trial-")
	if err != nil {
		return nil, nil, errors.Join(err, d.Close())
	}
	pullDown = func() { _, _ = d.Close(), os.RemoveAll(dir) }
	defer func() {
		if err != nil {
			pullDown()
		}
	}()
	machine := clockwork.NewFakeClockAt(first.Start())
	a := &App{Config: c, Clock: clock.New(machine), DB: d}
	if a.Blobs, err = blob.Open(filepath.Join(dir, "blobs")); err != nil {
		return nil, nil, err
	}
	if err := a.wireBusiness(); err != nil {
		return nil, nil, err
	}
	table := a.timetable()
	h = &simulate.House{
		DB: d, Machine: machine, Clock: a.Clock, Trail: a.Trail, Ledger: a.Ledger, Customers: a.Customers, Contracts: a.Contracts, Licences: a.Licences,
		Usage: a.Usage, Wallets: a.Wallets, Charges: a.Charges,
		Bills: a.Bills, Deposits: a.Deposits, Payments: a.Payments, Dunning: a.Dunning,
		Day: func(ctx context.Context, day caldate.Date) error {
			for _, j := range table {
				if j.Due != nil && !j.Due(day) {
					continue
				}
				if _, err := j.Do(actor.With(ctx, actor.System("job:"+j.Name)), day); err != nil {
					return fmt.Errorf("job %s: %w", j.Name, err)
				}
			}
			return nil
		},
	}
	return h, pullDown, nil
}

// simulateCommand reads a scenario from a file ("-": from the input) and prints what happened as JSON. What does not fit
// goes to stderr, line by line.
func simulateCommand(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	compact := false
	c, pos, err := flags("simulate", args, stderr, func(fs *flag.FlagSet) { fs.BoolVar(&compact, "compact", false, "JSON on one line") })
	if err != nil {
		return err
	}
	if len(pos) != 1 {
		return fmt.Errorf("%w: simulate FILE.yaml", errUsage)
	}
	if err := setLog(LogConfig{Level: "error", Format: c.Log.Format}, stderr); err != nil {
		return err
	}
	name, in := pos[0], stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	s, err := simulate.Parse(in)
	var wrong simulate.Problems
	if errors.As(err, &wrong) {
		for _, p := range wrong {
			fmt.Fprintf(stderr, "%s:%d: %s: %s / %s\n", name, p.Line, p.Field, p.Zh, p.En)
		}
		return fmt.Errorf("%s: 试算文件有 %d 处不符合格式，没有试算 / %d faults in the scenario; nothing was run", name, len(wrong), len(wrong))
	}
	if err != nil {
		return err
	}
	r, err := Simulate(ctx, c, s)
	if err != nil {
		return err
	}
	e := json.NewEncoder(stdout)
	e.SetEscapeHTML(false)
	if !compact {
		e.SetIndent("", "  ")
	}
	return e.Encode(r)
}
