package authz

import (
	"errors"

	"github.com/casbin/casbin/v2/model"
	"github.com/casbin/casbin/v2/persist"
)

// Subjects carry their kind, so that a user whose id or login equals a role's name does not get the role.
const (
	userPrefix = "user:"
	rolePrefix = "role:"
)

// adapter feeds casbin from the matrix in the file and the grants in the database. It never writes: grants change
// through staff alone, with its checks and its audit rows.
type adapter struct {
	matrix []Line
	grants []Grant
}

var _ persist.Adapter = (*adapter)(nil)

// LoadPolicy implements persist.Adapter.
func (a *adapter) LoadPolicy(m model.Model) error {
	for _, l := range a.matrix {
		if err := m.AddPolicy("p", "p", []string{rolePrefix + l.Role, l.Capability}); err != nil {
			return err
		}
	}
	for _, g := range a.grants {
		if err := m.AddPolicy("g", "g", []string{userPrefix + g.UserID, rolePrefix + g.Role}); err != nil {
			return err
		}
	}
	return nil
}

var errReadOnly = errors.New("authz: the policy is read-only here; roles change through staff, the matrix in configs/authz/policy.csv")

// SavePolicy implements persist.Adapter.
func (*adapter) SavePolicy(model.Model) error { return errReadOnly }

// AddPolicy implements persist.Adapter.
func (*adapter) AddPolicy(string, string, []string) error { return errReadOnly }

// RemovePolicy implements persist.Adapter.
func (*adapter) RemovePolicy(string, string, []string) error { return errReadOnly }

// RemoveFilteredPolicy implements persist.Adapter.
func (*adapter) RemoveFilteredPolicy(string, string, int, ...string) error { return errReadOnly }
