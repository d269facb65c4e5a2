package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/handoff"
	"sealgate/server/handoff/cmpp"
	"sealgate/server/handoff/kannel"
	"sealgate/server/handoff/loopback"
	"sealgate/server/handoff/natsq"
	"sealgate/server/handoff/signedhttp"
	"sealgate/server/handoff/smpp"
)

// ChannelConfig is one way out: an engine, whom it carries, how fast, when, and what its codes mean.
type ChannelConfig struct {
	Name        string            `koanf:"name"`
	Carriers    []string          `koanf:"carriers"`
	Priority    int               `koanf:"priority"`
	PerSecond   int64             `koanf:"per_second"`
	PerCustomer int64             `koanf:"per_customer"`
	From        string            `koanf:"from"`
	To          string            `koanf:"to"`
	Codes       map[string]string `koanf:"codes"`
	LinkConfig  `koanf:",squash"`
	NATS        NATSConfig `koanf:"nats"`
}

// LinkConfig chooses the engine that a channel, or a fleet behind a queue, sends by.
type LinkConfig struct {
	Kind   string       `koanf:"kind"`
	Kannel KannelConfig `koanf:"kannel"`
	HTTP   HTTPConfig   `koanf:"http"`
	SMPP   SMPPConfig   `koanf:"smpp"`
	CMPP   CMPPConfig   `koanf:"cmpp"`
}

// HTTPConfig reaches a peer that speaks our signed JSON.
type HTTPConfig struct {
	URL           string `koanf:"url"`
	KeyID         string `koanf:"key_id"`
	Secret        string `koanf:"secret"`
	Repeats       bool   `koanf:"repeats"`
	Slice         int    `koanf:"slice"`
	AllowInternal bool   `koanf:"allow_internal"`
}

// SMPPConfig reaches an SMSC.
type SMPPConfig struct {
	Address    string `koanf:"address"`
	SystemID   string `koanf:"system_id"`
	Password   string `koanf:"password"`
	SystemType string `koanf:"system_type"`
	TLS        bool   `koanf:"tls"`
	Window     int    `koanf:"window"`
	HexIDs     bool   `koanf:"hex_ids"`
}

// CMPPConfig reaches a gateway of China Mobile.
type CMPPConfig struct {
	Address   string `koanf:"address"`
	SPID      string `koanf:"sp_id"`
	Secret    string `koanf:"secret"`
	ServiceID string `koanf:"service_id"`
	Version   string `koanf:"version"`
	Window    int    `koanf:"window"`
}

// NATSConfig reaches a queue, and says what the engines of the fleet send by.
type NATSConfig struct {
	URL      string `koanf:"url"`
	Listen   string `koanf:"listen"`
	Token    string `koanf:"token"`
	Replicas int    `koanf:"replicas"`
	Workers  int    `koanf:"workers"`
	// AgainSeconds is when what an engine took and never settled is given to another one; 0: a minute.
	AgainSeconds int        `koanf:"again_seconds"`
	Behind       LinkConfig `koanf:"behind"`
}

// checkChannelKeys refuses keys of channels that nobody knows; lists escape the check of the file's other keys.
func checkChannelKeys(raw any) error {
	list, ok := raw.([]any)
	if raw != nil && !ok {
		return errors.New("channels: want a list")
	}
	known := knownKeys(reflect.TypeFor[ChannelConfig](), "")
	for i, item := range list {
		m, ok := item.(map[string]any)
		if !ok {
			return fmt.Errorf("channels[%d]: want keys and values", i)
		}
		if err := checkKeys(fmt.Sprintf("channels[%d].", i), "", m, known); err != nil {
			return err
		}
	}
	return nil
}

func checkKeys(where, prefix string, m map[string]any, known map[string]bool) error {
	for key, value := range m {
		full := prefix + key
		inner, isMap := value.(map[string]any)
		switch {
		case known[full]:
		case isMap && anyBegins(known, full+"."):
			if err := checkKeys(where, full+".", inner, known); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s%s: unknown key (configs/sealgate.yaml lists all keys)", where, full)
		}
	}
	return nil
}

func anyBegins(known map[string]bool, with string) bool {
	for k := range known {
		if strings.HasPrefix(k, with) {
			return true
		}
	}
	return false
}

// secret reads a value that may stand in the environment: "env:NAME".
func secret(v string) string {
	if name, ok := strings.CutPrefix(v, "env:"); ok {
		return os.Getenv(name)
	}
	return v
}

// channels makes the ways out that the configuration names: its list, or the one engine where there is no list.
func (a *App) channels() ([]handoff.Channel, error) {
	list := a.Config.Channels
	if len(list) == 0 {
		list = []ChannelConfig{{Name: a.Config.Engine.Kind, LinkConfig: LinkConfig{Kind: a.Config.Engine.Kind, Kannel: a.Config.Engine.Kannel}}}
	}
	out := make([]handoff.Channel, len(list))
	for i, c := range list {
		e, err := a.channelEngine(c)
		if err != nil {
			return nil, fmt.Errorf("channels[%d] %s: %w", i, c.Name, err)
		}
		out[i] = handoff.Channel{
			Name: c.Name, Engine: e, Carriers: c.Carriers, Priority: c.Priority, PerSecond: c.PerSecond, PerCustomer: c.PerCustomer, From: c.From, To: c.To,
			Codes: map[string]handoff.Meaning{},
		}
		for code, meaning := range c.Codes {
			out[i].Codes[code] = handoff.Meaning(meaning)
		}
	}
	return out, nil
}

func (a *App) channelEngine(c ChannelConfig) (handoff.Engine, error) {
	if c.Kind != "nats" {
		return a.engine(c.Name, c.LinkConfig)
	}
	e, err := natsq.New(natsq.Settings{
		Name: c.Name, URL: c.NATS.URL, Dir: a.path("nats-" + c.Name), Listen: c.NATS.Listen, Token: secret(c.NATS.Token), Replicas: c.NATS.Replicas,
		AgainAfter: time.Duration(c.NATS.AgainSeconds) * time.Second,
	}, a.Clock)
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, e)
	if c.NATS.Workers > 0 {
		a.fleet = append(a.fleet, fleet{c, e})
	}
	return e, nil
}

// engine makes an engine that sends by itself.
func (a *App) engine(name string, c LinkConfig) (handoff.Engine, error) {
	switch c.Kind {
	case "loopback":
		s := loopback.Defaults()
		s.Channel = name
		return loopback.New(a.DB, a.Clock, s), nil
	case "kannel":
		k := c.Kannel
		return kannel.New(kannel.Settings{
			URL: k.URL, Username: k.Username, Password: secret(k.Password), ReceiptURL: k.ReceiptURL, ReceiptKey: secret(k.ReceiptKey), MaxInFlight: k.MaxInFlight,
		}, a.Clock)
	case "http":
		h := c.HTTP
		return signedhttp.New(signedhttp.Settings{
			URL: h.URL, KeyID: h.KeyID, Secret: secret(h.Secret), Repeats: h.Repeats, Slice: h.Slice, AllowInternal: h.AllowInternal,
		}, a.Clock)
	case "smpp":
		s := c.SMPP
		return smpp.New(smpp.Settings{
			Name: name, Address: s.Address, SystemID: s.SystemID, Password: secret(s.Password), SystemType: s.SystemType, TLS: s.TLS, Window: s.Window, HexIDs: s.HexIDs,
		}, a.Clock)
	case "cmpp":
		p := c.CMPP
		return cmpp.New(cmpp.Settings{
			Name: name, Address: p.Address, SPID: p.SPID, Secret: secret(p.Secret), ServiceID: p.ServiceID, Version: p.Version, Window: p.Window,
		}, a.Clock)
	}
	return nil, fmt.Errorf("engine kind %q: want loopback, kannel, http, smpp, cmpp, or (in the list of channels) nats", c.Kind)
}

// fleet is a queue whose engines run in this process.
type fleet struct {
	config ChannelConfig
	queue  *natsq.Engine
}

// runChannels keeps up sessions and the engines of queues until ctx ends.
func (a *App) runChannels(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { a.Handoff.Run(ctx) })
	for _, f := range a.fleet {
		wg.Go(func() {
			if err := a.runFleet(ctx, f, f.config.NATS.Workers); err != nil {
				slog.ErrorContext(ctx, "engines of a queue", "channel", f.config.Name, "error", err)
			}
		})
	}
	wg.Wait()
}

// runFleet works on n references of a channel's queue at once, until ctx ends.
func (a *App) runFleet(ctx context.Context, f fleet, n int) error {
	ctx = actor.With(ctx, actor.System("engine"))
	behind, err := a.engine(f.config.Name, f.config.NATS.Behind)
	if err != nil {
		return err
	}
	w, err := f.queue.Worker(behind, a.Handoff)
	if err != nil {
		return err
	}
	w.Run(ctx, n)
	return nil
}

// engineCommand is one engine of the fleet behind a queue: `sealgate engine --channel NAME`.
func engineCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	name, workers := "", 0
	c, pos, err := flags("engine", args, stderr, func(fs *flag.FlagSet) {
		fs.StringVar(&name, "channel", "", "the nats channel whose queue to work on")
		fs.IntVar(&workers, "workers", 2, "references in hand at once")
	})
	if err != nil {
		return err
	}
	if len(pos) > 0 || name == "" || workers < 1 {
		return fmt.Errorf("%w: engine --channel NAME [--workers N]", errUsage)
	}
	if err := setLog(c.Log, stderr); err != nil {
		return err
	}
	for i := range c.Channels {
		c.Channels[i].NATS.Workers = 0 // the server has those; this process is about one channel
	}
	i := slices.IndexFunc(c.Channels, func(x ChannelConfig) bool { return x.Name == name && x.Kind == "nats" })
	if i < 0 {
		return fmt.Errorf("%w: there is no nats channel called %s in the configuration", errUsage, name)
	}
	c.Channels[i].NATS.Workers = workers
	if c.Channels[i].NATS.URL == "" && c.Channels[i].NATS.Listen != "" {
		c.Channels[i].NATS.URL = "nats://" + c.Channels[i].NATS.Listen // the queue is inside the server, and this is another process
	}
	if c.Channels[i].NATS.URL == "" {
		return fmt.Errorf("%w: the queue of %s is inside the server and listens nowhere: set nats.listen and nats.token, or nats.url", errUsage, name)
	}
	a, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	fmt.Fprintf(stdout, "engine of channel %s, %d workers\n", name, workers)
	return a.runFleet(ctx, a.fleet[0], workers)
}

// categoryNames are the categories of messages that a carrier's order can be about.
func categoryNames() (out []string) {
	for _, c := range batch.Categories() {
		out = append(out, string(c))
	}
	return out
}
