// Package app puts the program together: configuration, wiring, the timetable, the commands.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/jonboulle/clockwork"

	"sealgate/frontend"
	"sealgate/migrations"
	"sealgate/server/httpapi"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/platform/jobs"
	"sealgate/server/platform/memory"
	"sealgate/templates"
)

// App is the whole program over one database.
type App struct {
	Config  Config
	Clock   clock.Clock
	DB      *db.DB
	Leases  *jobs.Leases
	Days    *jobs.Days
	Sandbox *Sandbox
	API     *httpapi.API
	services
	workers []*worker
	fleet   []fleet     // queues whose engines run in this process
	closers []io.Closer // beside the database
	texts   map[string]templates.Notice
	seal    []byte // PNG, printed on bills, receipts and letters
}

// New opens the database, brings it to the newest schema and wires every part. Nothing runs yet.
func New(ctx context.Context, c Config) (*App, error) { return newAt(ctx, c, clockwork.NewRealClock()) }

// NewReal is New for a configuration that was made in code.
func NewReal(ctx context.Context, c Config) (*App, error) {
	return NewAt(ctx, c, clockwork.NewRealClock())
}

// NewAt is New on a clock of the caller's: tests stand still until they move it.
func NewAt(ctx context.Context, c Config, machine clockwork.Clock) (*App, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	return newAt(ctx, c, machine)
}

func newAt(ctx context.Context, c Config, machine clockwork.Clock) (*App, error) {
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	d, err := db.Open(ctx, c.Database)
	if err != nil {
		return nil, err
	}
	if _, err := d.Migrate(ctx, migrations.FS); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	a := &App{Config: c, Clock: clock.New(machine), DB: d}
	if err := a.wire(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if err := a.Sandbox.Load(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return a, nil
}

// Close gives everything back.
func (a *App) Close() (err error) {
	for _, c := range a.closers {
		err = errors.Join(err, c.Close())
	}
	return errors.Join(err, a.DB.Close())
}

// Handler is the HTTP side.
func (a *App) Handler() http.Handler { return a.API.Handler() }

func (a *App) options() httpapi.Options {
	return httpapi.Options{
		Version: Version(), Sandbox: a.Config.Sandbox, SecureCookies: a.Config.SecureCookies, TrustedProxies: a.Config.TrustedProxies,
		Portal: frontend.Dist, Ready: a.DB.Ping,
	}
}

// ServeOptions is how Serve is called.
type ServeOptions struct {
	Demo bool
	Out  io.Writer // first words for the person who started it
	// Ready is told the address once requests are answered; nil: nobody asks.
	Ready func(address string)
}

// stopWithin is how long running requests and pieces of work may take to end after a stop signal; what does not end is
// taken up again after the next start, as after a kill.
const stopWithin = 20 * time.Second

// startsWithin is how long a start takes with what it catches up on; then it gives back the memory that only this took.
const startsWithin = 15 * time.Second

// errOfSandbox: people would work in earnest on records whose days have not come.
var errOfSandbox = errors.New("the database belongs to a sandbox")

// Serve listens, works and runs the timetable until ctx ends.
func (a *App) Serve(ctx context.Context, o ServeOptions) error {
	started := time.Now()
	ln, err := net.Listen("tcp", a.Config.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", a.Config.Listen, err)
	}
	if ahead := a.Clock.Offset(); ahead > 0 && !a.Config.Sandbox {
		return errors.Join(fmt.Errorf("%w: its business clock is %s ahead; serve it with --demo or sandbox: true", errOfSandbox, ahead.Round(time.Minute)), ln.Close())
	}
	seed := func(context.Context) error { return nil }
	if o.Demo {
		if seed, err = a.prepareDemo(ctx, o.Out); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	server := &http.Server{
		Handler: a.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(a.API.Stop)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(ln) }()
	slog.Info("ready", "address", "http://"+ln.Addr().String(), "after", time.Since(started).Round(time.Millisecond).String(), "database", a.DB.Dialect(),
		"engine", a.Config.Engine.Kind, "sandbox", a.Config.Sandbox, "version", Version())
	if o.Ready != nil {
		o.Ready(ln.Addr().String())
	}
	if o.Out != nil {
		fmt.Fprintf(o.Out, "\nSealgate 信闸  http://%s\n", ln.Addr())
	}
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	background := make(chan error, 1)
	go func() { background <- a.background(work, seed) }()
	select {
	case <-ctx.Done():
		slog.Info("stopping")
	case err = <-failed:
	case err = <-background:
		background <- nil
	}
	cancel()
	stop, done := context.WithTimeout(context.Background(), stopWithin)
	defer done()
	if e := server.Shutdown(stop); e != nil {
		slog.Warn("some requests did not end in time", "error", e)
		_ = server.Close()
	}
	if e := <-background; err == nil {
		err = e
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// background spells names that were written by a version which did not, makes the demo's past where there is one to make,
// then works and runs the timetable until ctx ends.
func (a *App) background(ctx context.Context, seed func(context.Context) error) error {
	if err := a.Customers.Spell(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("spell the names of customers: %w", err)
	}
	if err := seed(ctx); err != nil && ctx.Err() == nil {
		slog.Error("demo data", "error", err) // the program itself is fine without it
	}
	wait, err := a.start(ctx)
	if err != nil {
		return err
	}
	caughtUp := time.AfterFunc(startsWithin, memory.GiveBack)
	defer caughtUp.Stop()
	wait()
	return nil
}

// path joins a name to the data folder.
func (a *App) path(name ...string) string {
	return filepath.Join(append([]string{a.Config.DataDir}, name...)...)
}
