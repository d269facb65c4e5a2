// Package authz decides who may do what: capabilities by role (configs/authz/policy.csv), enforced by casbin on
// namespaced subjects. It answers from a cache; the cache is dropped as soon as the version of the role grants in the
// database is another one, in whichever process the change was made.
package authz

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
)

// Grant says that a user holds a role.
type Grant struct{ UserID, Role string }

// Grants is where the role grants live; staff's service is one. Version grows with every change of a grant.
type Grants interface {
	Grants(ctx context.Context) (grants []Grant, version int64, err error)
}

// Authz answers questions about capabilities.
type Authz struct {
	grants Grants
	model  string
	matrix []Line
	caps   map[string]bool
	roles  []string

	mu       sync.RWMutex
	enforcer *casbin.Enforcer
	version  int64
	cache    map[question]bool
}

type question struct{ userID, capability string }

// Line is one cell of the matrix: a role holds a capability.
type Line struct{ Role, Capability string }

// New reads the model and the matrix from fsys (configs.FS); grants may be nil where only the matrix is wanted.
func New(fsys fs.FS, grants Grants) (*Authz, error) {
	text, err := fs.ReadFile(fsys, "authz/model.conf")
	if err != nil {
		return nil, fmt.Errorf("authorisation model: %w", err)
	}
	policy, err := fs.ReadFile(fsys, "authz/policy.csv")
	if err != nil {
		return nil, fmt.Errorf("authorisation policy: %w", err)
	}
	a := &Authz{grants: grants, model: string(text), caps: map[string]bool{}, version: -1}
	if a.matrix, err = parsePolicy(string(policy)); err != nil {
		return nil, err
	}
	for _, l := range a.matrix {
		a.caps[l.Capability] = true
		if !slices.Contains(a.roles, l.Role) {
			a.roles = append(a.roles, l.Role)
		}
	}
	return a, nil
}

func parsePolicy(text string) ([]Line, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment, r.TrimLeadingSpace, r.FieldsPerRecord = '#', true, 3
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("authorisation policy: %w", err)
	}
	var out []Line
	for i, row := range rows {
		role, ok := strings.CutPrefix(row[1], rolePrefix)
		if row[0] != "p" || !ok || role == "" || row[2] == "" {
			return nil, fmt.Errorf("authorisation policy: record %d is %q; want p, role:NAME, capability", i+1, strings.Join(row, ", "))
		}
		l := Line{role, row[2]}
		if slices.Contains(out, l) {
			return nil, fmt.Errorf("authorisation policy: %s has %s twice", l.Role, l.Capability)
		}
		out = append(out, l)
	}
	return out, nil
}

// Known tells whether the matrix names a capability at all; an operation with an unknown one must not start.
func (a *Authz) Known(capability string) bool { return a.caps[capability] }

// Matrix is the role × capability matrix in the order of the file.
func (a *Authz) Matrix() []Line { return slices.Clone(a.matrix) }

// Roles are the roles that the matrix names.
func (a *Authz) Roles() []string { return slices.Clone(a.roles) }

// RoleHas tells whether a role holds a capability.
func (a *Authz) RoleHas(role, capability string) bool {
	return slices.Contains(a.matrix, Line{role, capability})
}

// Can tells whether a user holds a capability, by grants of at least version. Callers take the version from the read
// that gave them the user, so a role that was taken away is gone with the next request in every process.
func (a *Authz) Can(ctx context.Context, userID string, version int64, capability string) (bool, error) {
	q := question{userID, capability}
	a.mu.RLock()
	if a.version >= version {
		if yes, ok := a.cache[q]; ok {
			a.mu.RUnlock()
			return yes, nil
		}
	}
	a.mu.RUnlock()

	a.mu.Lock()
	defer a.mu.Unlock()
	if a.version < version || a.enforcer == nil {
		if err := a.load(ctx); err != nil {
			return false, err
		}
	}
	if yes, ok := a.cache[q]; ok {
		return yes, nil
	}
	yes, err := a.enforcer.Enforce(userPrefix+userID, capability)
	if err != nil {
		return false, fmt.Errorf("decide %s for user %s: %w", capability, userID, err)
	}
	if len(a.cache) >= maxCached {
		clear(a.cache)
	}
	a.cache[q] = yes
	return yes, nil
}

// maxCached bounds the decisions kept: users × capabilities of a large provider.
const maxCached = 200_000

// Capabilities lists what a user holds, sorted.
func (a *Authz) Capabilities(ctx context.Context, userID string, version int64) ([]string, error) {
	out := []string{}
	for c := range a.caps {
		yes, err := a.Can(ctx, userID, version, c)
		if err != nil {
			return nil, err
		}
		if yes {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out, nil
}

// load builds the enforcer anew from the matrix and the grants. The caller holds the lock.
func (a *Authz) load(ctx context.Context) error {
	if a.grants == nil {
		return errors.New("authz: no grants to decide by")
	}
	grants, version, err := a.grants.Grants(ctx)
	if err != nil {
		return fmt.Errorf("role grants: %w", err)
	}
	m, err := model.NewModelFromString(a.model)
	if err != nil {
		return fmt.Errorf("authorisation model: %w", err)
	}
	e, err := casbin.NewEnforcer(m, &adapter{a.matrix, grants})
	if err != nil {
		return fmt.Errorf("authorisation: %w", err)
	}
	a.enforcer, a.version, a.cache = e, version, map[question]bool{}
	return nil
}
