package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"sealgate/migrations"
	"sealgate/server/actor"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/trail"

	"github.com/jonboulle/clockwork"
)

const keysUsage = "keys list, keys rotate or keys retire"

// keysCommand is for who has the machine with the key folder: it may run while servers run.
func keysCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, pos, err := flags("keys", args, stderr, nil)
	if err != nil {
		return err
	}
	if len(pos) != 1 || !slices.Contains([]string{"list", "rotate", "retire"}, pos[0]) {
		return fmt.Errorf("%w: %s", errUsage, keysUsage)
	}
	a, err := openRecords(ctx, c, clockwork.NewRealClock())
	if err != nil {
		return err
	}
	defer a.DB.Close()
	return a.keys(actor.With(ctx, actor.System("cli")), pos[0], stdout)
}

// openRecords opens the database, its keys and its trail, and nothing of the house that lives on them; the caller closes the database.
func openRecords(ctx context.Context, c Config, machine clockwork.Clock) (*App, error) {
	d, err := db.Open(ctx, c.Database)
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, Clock: clock.New(machine), DB: d}
	if _, err = d.Migrate(ctx, migrations.FS); err == nil {
		a.Keys, err = openKeys(ctx, c, a)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	a.Trail = trail.New(d, a.Clock)
	return a, nil
}

func (a *App) keys(ctx context.Context, verb string, stdout io.Writer) error {
	switch verb {
	case "rotate":
		r, err := a.Keys.Rotate(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "master key %s follows %s; %d data keys wrapped anew, nothing that they sealed was touched\n", r.To, r.From, r.Rewrapped)
		fmt.Fprintf(stdout, "copy the new master.key to where you keep it; the old one is destroyed by the purge job after a day\n")
		return a.Trail.Note(ctx, trail.Entry{Action: "keys.rotate", ObjectType: "master_key", ObjectID: r.To, From: r.From, To: r.To, Detail: map[string]any{"rewrapped": r.Rewrapped}})
	case "retire":
		old, err := a.Keys.Retire(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%d old master keys destroyed %v\n", len(old), old)
		if len(old) == 0 {
			return nil
		}
		return a.Trail.Note(ctx, trail.Entry{Action: "keys.retire", ObjectType: "master_key", ObjectID: old[0], Detail: map[string]any{"destroyed": old}})
	}
	c, err := a.Keys.Census(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "master key %s, %d data keys, %d destroyed\n", c.Master, c.Live, c.Destroyed)
	for _, id := range c.Old {
		fmt.Fprintf(stdout, "old master key %s: still wraps %d data keys\n", id, c.ByMaster[id])
	}
	if len(c.Strange) > 0 {
		fmt.Fprintf(stdout, "%d data keys that the database does not know (restored from an older backup?): %v\n", len(c.Strange), c.Strange)
	}
	return nil
}
