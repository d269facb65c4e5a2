package ruleset

import (
	"context"
	"fmt"
	"io/fs"
	"sync"

	"sealgate/server/actor"
	"sealgate/server/platform/clock"
	"sealgate/server/platform/db"
	"sealgate/server/trail"
)

// Service registers and publishes versions and gives them compiled.
type Service struct {
	db    *db.DB
	clock clock.Clock
	trail *trail.Trail
	store store

	mu       sync.Mutex
	compiled map[string]*Compiled // by version; a handful at the most
	texts    map[string][]Doc     // the documents of versions, likewise
	trials   map[string]*trialSet // of backtests under way
	sampled  sampled              // texts of past messages, for a while
	past     Past
}

// New makes the service.
func New(d *db.DB, c clock.Clock, t *trail.Trail) *Service {
	return &Service{db: d, clock: c, trail: t, store: store{d}, compiled: map[string]*Compiled{}, texts: map[string][]Doc{}, trials: map[string]*trialSet{}}
}

// Register compiles the rule files of a folder and stores them as a version; files that are stored already give the
// version they have.
func (s *Service) Register(ctx context.Context, fsys fs.FS) (version string, err error) {
	p, err := s.prepare(ctx, fsys)
	if err != nil {
		return "", err
	}
	err = s.db.Run(ctx, func(ctx context.Context) error {
		version, err = s.register(ctx, p)
		return err
	})
	return version, err
}

// Publish makes a version the one that counts for batches that begin screening from now on; those under way keep theirs.
func (s *Service) Publish(ctx context.Context, version, reason string) error {
	if _, err := s.Compiled(ctx, version); err != nil {
		return err
	}
	return s.db.Run(ctx, func(ctx context.Context) error {
		return s.publish(ctx, Publication{Version: version, Kind: ByInstall, Reason: reason})
	})
}

// Install registers the set that the program was delivered or configured with and publishes it where nothing is
// published yet, or where what is published came with the program too: a person's choice is never overridden by a restart.
func (s *Service) Install(ctx context.Context, fsys fs.FS) (string, error) {
	version, err := s.Register(ctx, fsys)
	if err != nil {
		return "", err
	}
	now, err := s.store.current(ctx)
	if err != nil || now.Version == version || now.Version != "" && now.PublishedBy != actor.SystemID {
		return version, err
	}
	return version, s.Publish(ctx, version, "delivered with the program")
}

// Current is the published version, compiled. Every call asks the database which one that is, so all servers see a
// publication at once; compiling happens once per server and version, beside the set in use.
func (s *Service) Current(ctx context.Context) (*Compiled, error) {
	now, err := s.store.current(ctx)
	if err != nil {
		return nil, err
	}
	if now.Version == "" {
		return nil, ErrNone
	}
	return s.Compiled(ctx, now.Version)
}

// Look tells where past messages are found: backtests and the hit rates of words need them. Without it there are none.
func (s *Service) Look(p Past) { s.past = p }

// keepCompiled is how many versions stay in memory: the published one and those of batches under way.
const keepCompiled = 4

// Compiled gives a version ready for use.
func (s *Service) Compiled(ctx context.Context, version string) (*Compiled, error) {
	s.mu.Lock()
	c := s.compiled[version]
	s.mu.Unlock()
	if c != nil {
		return c, nil
	}
	v, err := s.store.byVersion(ctx, version)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return nil, ErrNotFound.With("version", version)
	}
	fsys, err := unpack(v.Files)
	if err != nil {
		return nil, fmt.Errorf("unpack rule set %s: %w", version, err)
	}
	if c, err = compile(fsys, version); err != nil {
		return nil, err
	}
	if c.Set.Hash() != v.Hash {
		return nil, fmt.Errorf("rule set %s has hash %s, stored as %s", version, c.Set.Hash(), v.Hash)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if have := s.compiled[version]; have != nil {
		return have, nil
	}
	if len(s.compiled) >= keepCompiled {
		clear(s.compiled) // whoever screens with one keeps it alive
	}
	s.compiled[version] = c
	return c, nil
}

// Versions lists what is registered, the newest first, and which one is published.
func (s *Service) Versions(ctx context.Context) (versions []Version, published string, err error) {
	if versions, err = s.store.list(ctx); err != nil {
		return nil, "", err
	}
	now, err := s.store.current(ctx)
	return versions, now.Version, err
}
