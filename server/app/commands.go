package app

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"text/tabwriter"

	"sealgate/migrations"
	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/platform/db"
	"sealgate/server/screening/cli"
)

const commands = `sealgate 信闸: back office of an enterprise-SMS provider

  sealgate serve [--config FILE] [--demo]        serve portal, API and jobs
  sealgate engine --channel NAME [--workers N]   one engine of the fleet behind a nats channel's queue
  sealgate migrate [--config FILE]               bring the database to the newest schema
  sealgate verify [--config FILE]                check every invariant and the audit chain; exit code 1 on any violation
  sealgate job list                              the timetable of daily jobs
  sealgate job run NAME [--as-of DATE]           run one job by hand as of a day
  sealgate backup FILE [--config FILE]           an encrypted backup of the database, while servers go on; keys are not in it
  sealgate restore FILE [--config FILE]          read it into an empty database; nothing is sent until a person says so
  sealgate keys list|rotate|retire [--config FILE]
                                                 the master key: what it wraps, a new one (nothing sealed is touched), the end of old ones
  sealgate user add LOGIN --name NAME --roles R[,R] [--customer ID]
                                                 create a user; prints a first password
  sealgate user reset-password LOGIN             set a new password, told once; the only way for security administrators and auditors
  sealgate contract verify-signature FILE.json [--document PAPER.pdf] [--root ROOT.pem]
                                                 check an electronic signature, with nothing else at hand
  sealgate contract signing-root                 print the certificates that the house's signatures lead back to
  sealgate openapi                               print the API description (OpenAPI 3.1)
  sealgate screen [--rules DIR] [--terms FILE] [--format jsonl|csv|txt] [--only-verdict] < messages > verdicts
  sealgate rules check DIR                       compile a rule set and run its tests
  sealgate rules eval [--rules DIR] [--list CLASS] FILE
                                                 judge labelled messages (class TAB text): recall and false alarms
  sealgate simulate FILE.yaml [--compact]        try contracts out day by day and print what happened as JSON (docs/simulate.md)
  sealgate version

--config FILE, or SEALGATE_CONFIG; every key can also be set by the environment: see configs/sealgate.yaml.
`

// Main runs a command and gives its exit code: 0 done, 1 failed, 2 called wrongly.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(stderr, commands)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	name, rest := args[0], args[1:]
	var err error
	switch name {
	case "serve":
		err = serveCommand(ctx, rest, stdout, stderr)
	case "engine":
		err = engineCommand(ctx, rest, stdout, stderr)
	case "migrate":
		err = migrateCommand(ctx, rest, stdout, stderr)
	case "verify":
		err = verifyCommand(ctx, rest, stdout, stderr)
	case "job":
		err = jobCommand(ctx, rest, stdout, stderr)
	case "backup":
		err = backupCommand(ctx, rest, stdout, stderr)
	case "restore":
		err = restoreCommand(ctx, rest, stdout, stderr)
	case "keys":
		err = keysCommand(ctx, rest, stdout, stderr)
	case "user":
		err = userCommand(ctx, rest, stdout, stderr)
	case "contract":
		err = contractCommand(ctx, rest, stdout, stderr)
	case "openapi":
		err = openAPICommand(ctx, stdout)
	case "screen":
		return cli.Screen(rest, stdin, stdout, stderr)
	case "rules":
		switch {
		case len(rest) > 0 && rest[0] == "check":
			return cli.RulesCheck(rest[1:], stdout, stderr)
		case len(rest) > 0 && rest[0] == "eval":
			return cli.RulesEval(rest[1:], stdout, stderr)
		}
		fmt.Fprint(stderr, commands)
		return 2
	case "simulate":
		err = simulateCommand(ctx, rest, stdin, stdout, stderr)
	case "version", "--version":
		fmt.Fprintln(stdout, Version())
	case "help", "--help", "-h":
		fmt.Fprint(stdout, commands)
	default:
		fmt.Fprintf(stderr, "sealgate: no command %q\n\n%s", name, commands)
		return 2
	}
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprintln(stderr, "sealgate:", err)
		return 2
	default:
		fmt.Fprintln(stderr, "sealgate:", err)
		return 1
	}
}

var errUsage = errors.New("usage")

// Version is the revision that the program was built from.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				dirty = "+changes"
			}
		}
	}
	if revision == "" {
		return "development"
	}
	return revision + dirty
}

// flags parses a command's flags with --config among them and loads the configuration; positional arguments may stand
// before or after the flags.
func flags(name string, args []string, stderr io.Writer, more func(*flag.FlagSet)) (Config, []string, error) {
	fs := flag.NewFlagSet("sealgate "+name, flag.ContinueOnError)
	fs.SetOutput(stderr)
	path := fs.String("config", os.Getenv("SEALGATE_CONFIG"), "configuration file")
	if more != nil {
		more(fs)
	}
	var positional []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return Config{}, nil, err
			}
			return Config{}, nil, fmt.Errorf("%w: %v", errUsage, err)
		}
		if fs.NArg() == 0 {
			break
		}
		positional = append(positional, fs.Arg(0))
		args = fs.Args()[1:]
	}
	c, err := LoadConfig(*path)
	return c, positional, err
}

func setLog(c LogConfig, w io.Writer) error {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return fmt.Errorf("log.level %q: want debug, info, warn or error", c.Level)
	}
	opts := &slog.HandlerOptions{Level: level}
	switch c.Format {
	case "text":
		slog.SetDefault(slog.New(slog.NewTextHandler(w, opts)))
	case "json":
		slog.SetDefault(slog.New(slog.NewJSONHandler(w, opts)))
	default:
		return fmt.Errorf("log.format %q: want text or json", c.Format)
	}
	return nil
}

func serveCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	demo := false
	c, pos, err := flags("serve", args, stderr, func(fs *flag.FlagSet) {
		fs.BoolVar(&demo, "demo", false, "sandbox mode with demo users and data (made on the first start)")
	})
	if err != nil {
		return err
	}
	if len(pos) > 0 {
		return fmt.Errorf("%w: serve takes no %q", errUsage, pos[0])
	}
	if err := setLog(c.Log, stderr); err != nil {
		return err
	}
	if demo {
		c.Sandbox = true
	}
	a, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Serve(ctx, ServeOptions{Demo: demo, Out: stdout})
}

func migrateCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, pos, err := flags("migrate", args, stderr, nil)
	if err != nil {
		return err
	}
	if len(pos) > 0 {
		return fmt.Errorf("%w: migrate takes no %q", errUsage, pos[0])
	}
	d, err := db.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer d.Close()
	n, err := d.Migrate(ctx, migrations.FS)
	if err != nil {
		return err
	}
	now, _, err := d.SchemaVersion(ctx, migrations.FS)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d migrations applied, schema version %d\n", n, now)
	return nil
}

func verifyCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	asJSON := false
	c, pos, err := flags("verify", args, stderr, func(fs *flag.FlagSet) { fs.BoolVar(&asJSON, "json", false, "violations as JSON lines") })
	if err != nil {
		return err
	}
	if len(pos) > 0 {
		return fmt.Errorf("%w: verify takes no %q", errUsage, pos[0])
	}
	if err := setLog(LogConfig{Level: "warn", Format: c.Log.Format}, stderr); err != nil {
		return err
	}
	a, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	rep, err := a.Verify(ctx)
	if err != nil {
		return err
	}
	for _, v := range rep.Violations {
		if asJSON {
			b, _ := json.Marshal(v)
			fmt.Fprintln(stdout, string(b))
			continue
		}
		fmt.Fprintf(stdout, "invariant %d violated: %s: %s\n", v.Invariant, v.Object, v.Detail)
	}
	fmt.Fprintf(stderr, "%d checks, %d violations\n", rep.Checks, len(rep.Violations))
	if len(rep.Violations) > 0 {
		return fmt.Errorf("%d violations", len(rep.Violations))
	}
	return nil
}

func jobCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("%w: job list, or job run NAME [--as-of DATE]", errUsage)
	}
	asOf := ""
	c, pos, err := flags("job", args[1:], stderr, func(fs *flag.FlagSet) { fs.StringVar(&asOf, "as-of", "", "the day, YYYY-MM-DD; today where left out") })
	if err != nil {
		return err
	}
	if err := setLog(LogConfig{Level: "warn", Format: c.Log.Format}, stderr); err != nil {
		return err
	}
	switch {
	case args[0] == "list" && len(pos) == 0:
		w := tabwriter.NewWriter(stdout, 0, 4, 2, ' ', 0)
		for _, j := range (&App{}).timetable() {
			fmt.Fprintf(w, "%s\t%s\n", j.Name, j.Why)
		}
		return w.Flush()
	case args[0] == "run" && len(pos) == 1:
		a, err := New(ctx, c)
		if err != nil {
			return err
		}
		defer a.Close()
		day := a.Clock.Today()
		if asOf != "" {
			if day, err = caldate.Parse(asOf); err != nil {
				return err
			}
		}
		res, err := a.Days.RunOne(ctx, pos[0], day)
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s %s: %s\n", res.Day, res.Job, res.Outcome)
		return nil
	}
	return fmt.Errorf("%w: job list, or job run NAME [--as-of DATE]", errUsage)
}

func userCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "reset-password" {
		return resetPasswordCommand(ctx, args[1:], stdout, stderr)
	}
	var name, roles, customerID string
	if len(args) == 0 || args[0] != "add" {
		return fmt.Errorf("%w: user add LOGIN --name NAME --roles ROLE[,ROLE]", errUsage)
	}
	c, pos, err := flags("user", args[1:], stderr, func(fs *flag.FlagSet) {
		fs.StringVar(&name, "name", "", "the person's name")
		fs.StringVar(&roles, "roles", "", "roles, joined by commas")
		fs.StringVar(&customerID, "customer", "", "customer id, for people of a customer")
	})
	if err != nil {
		return err
	}
	if len(pos) != 1 || roles == "" {
		return fmt.Errorf("%w: user add LOGIN --name NAME --roles ROLE[,ROLE]", errUsage)
	}
	if err := setLog(LogConfig{Level: "warn", Format: c.Log.Format}, stderr); err != nil {
		return err
	}
	a, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	password, err := a.addUser(actor.With(ctx, actor.System("cli")), newUser{Login: pos[0], Name: name, Roles: strings.Split(roles, ","), CustomerID: customerID})
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "user %s created, first password: %s\n", pos[0], password)
	return nil
}

// openAPICommand needs no database of anybody's: it wires the program over one in memory.
func openAPICommand(ctx context.Context, stdout io.Writer) error {
	dir, err := os.MkdirTemp("", "sealgate-openapi-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c := DefaultConfig()
	c.DataDir = dir
	if err := c.complete(); err != nil {
		return err
	}
	a, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := a.API.OpenAPI()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s\n", b)
	return err
}

// resetPasswordCommand is for who has the machine: passwords of security administrators and auditors can't be reset in the
// portal, because who could do that could become them.
func resetPasswordCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, pos, err := flags("user reset-password", args, stderr, nil)
	if err != nil {
		return err
	}
	if len(pos) != 1 {
		return fmt.Errorf("%w: user reset-password LOGIN", errUsage)
	}
	if err := setLog(LogConfig{Level: "warn", Format: c.Log.Format}, stderr); err != nil {
		return err
	}
	a, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	ctx = actor.With(ctx, actor.System("cli"))
	u, err := a.Staff.ByLogin(ctx, pos[0])
	if err != nil {
		return err
	}
	_, password, err := a.Staff.ResetPassword(ctx, u.ID, "command line")
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "new password of %s: %s (it must be changed at the next sign-in)\n", u.Login, password)
	return nil
}
