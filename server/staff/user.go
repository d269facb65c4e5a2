package staff

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
)

// Role is what somebody does here (P01). What a role may do is configs/authz/policy.csv.
type Role string

// The roles.
const (
	Sales              Role = "sales"
	SalesLead          Role = "sales_lead"
	ComplianceReviewer Role = "compliance_reviewer"
	ComplianceLead     Role = "compliance_lead"
	Finance            Role = "finance"
	FinanceLead        Role = "finance_lead"
	SystemAdmin        Role = "system_admin"
	SecurityAdmin      Role = "security_admin"
	Auditor            Role = "auditor"
	CustomerRole       Role = "customer"
)

// duty is what must be kept apart: everybody's roles are of one duty (三权分立, invariant 17).
type duty string

const (
	business       duty = "business"
	systemDuty     duty = "system"
	securityDuty   duty = "security"
	auditDuty      duty = "audit"
	ofCustomerDuty duty = "customer"
)

// roleTable has every role with its duty and its names.
var roleTable = []struct {
	Role   Role
	duty   duty
	Zh, En string
}{
	{Sales, business, "销售", "sales"},
	{SalesLead, business, "销售主管", "sales lead"},
	{ComplianceReviewer, business, "内容审核", "compliance reviewer"},
	{ComplianceLead, business, "合规主管", "compliance lead"},
	{Finance, business, "财务", "finance"},
	{FinanceLead, business, "财务主管", "finance lead"},
	{SystemAdmin, systemDuty, "系统管理员", "system administrator"},
	{SecurityAdmin, securityDuty, "安全管理员", "security administrator"},
	{Auditor, auditDuty, "审计员", "auditor"},
	{CustomerRole, ofCustomerDuty, "客户", "customer"},
}

// Roles are all roles, in the order in which forms show them.
func Roles() []Role {
	out := make([]Role, len(roleTable))
	for i, r := range roleTable {
		out[i] = r.Role
	}
	return out
}

// Names gives a role's name in Chinese and English.
func (r Role) Names() (zh, en string) {
	for _, row := range roleTable {
		if row.Role == r {
			return row.Zh, row.En
		}
	}
	return string(r), string(r)
}

func dutyOf(r Role) (duty, bool) {
	for _, row := range roleTable {
		if row.Role == r {
			return row.duty, true
		}
	}
	return "", false
}

// CheckRoles tells whether one person may hold these roles together: system, security and audit each alone, never with
// a business role; the customer role alone and only for a customer's people. The database holds the same rule.
func CheckRoles(roles []Role, customerID string) error {
	var first duty
	for i, r := range roles {
		d, ok := dutyOf(r)
		switch {
		case !ok:
			return ErrUnknownRole.At("roles", "unknown", "没有角色 "+cut(string(r), 40), "there is no role "+cut(string(r), 40))
		case slices.Contains(roles[:i], r):
			return ErrUnknownRole.At("roles", "duplicate", "角色 "+string(r)+" 出现了两次", "the role "+string(r)+" stands twice")
		case (d == ofCustomerDuty) != (customerID != ""):
			return ErrCustomerRole
		case i == 0:
			first = d
		case d != first:
			return ErrSeparation
		}
	}
	return nil
}

// State of an account.
type State string

// The states. Locked is not one of them: it ends by itself (see Guard).
const (
	Active State = "active"
	Frozen State = "frozen"
)

// User is an account of one person, of our staff or of a customer.
type User struct {
	ID             string          `gorm:"primaryKey"`
	Login          string          // lower case, never changes
	Name           string          // as audit rows and pages show it
	PasswordHash   string          // argon2id with its parameters
	MustChange     bool            // the password was set by somebody else: nothing else is allowed before a new one
	State          State           //
	Team           string          // a sales lead sees the customers of all owners of the same team
	RequestedRoles string          // joined by commas: asked for by who made the account, given by the security administrator
	CustomerID     *string         // whose person this is; nil for staff; never changes
	LastSignInAt   caldate.Instant // machine's clock
	CreatedAt      caldate.Instant // business clock
}

// TableName is users.
func (User) TableName() string { return "users" }

// Customer is the customer's id, "" for staff.
func (u User) Customer() string {
	if u.CustomerID == nil {
		return ""
	}
	return *u.CustomerID
}

// Active tells whether the account may sign in.
func (u User) Active() bool { return u.State == Active }

// Requested are the roles that were asked for and not decided on yet.
func (u User) Requested() []Role {
	var out []Role
	for r := range strings.SplitSeq(u.RequestedRoles, ",") {
		if r != "" {
			out = append(out, Role(r))
		}
	}
	return out
}

func join(roles []Role) string {
	s := make([]string, len(roles))
	for i, r := range roles {
		s[i] = string(r)
	}
	return strings.Join(s, ",")
}

// Account is a user with roles and with what else a list shows.
type Account struct {
	User
	Roles       []Role
	LockedUntil caldate.Instant // zero: not locked; machine's clock
}

// scope is whose data somebody with these roles sees (P02): sales their own customers, a lead the team's, a customer's
// people their own company's, everybody else all.
func scope(u User, roles []Role, team []string) actor.Scope {
	if c := u.Customer(); c != "" {
		return actor.Scope{CustomerID: c}
	}
	s := actor.Scope{}
	for _, r := range roles {
		switch r {
		case Sales:
			s.OwnerIDs = append(s.OwnerIDs, u.ID)
		case SalesLead:
			s.OwnerIDs = append(append(s.OwnerIDs, u.ID), team...)
		default:
			return actor.Scope{All: true}
		}
	}
	slices.Sort(s.OwnerIDs)
	s.OwnerIDs = slices.Compact(s.OwnerIDs)
	return s
}

var goodLogin = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`)

// NormalLogin is the form in which a login is kept and compared.
func NormalLogin(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// NewUser is an account to be made.
type NewUser struct {
	Login, Name, Team string
	CustomerID        string
	Roles             []Role
	Password          string // "": one is made up, told once and must be changed
}

func (n NewUser) check() (NewUser, error) {
	n.Login, n.Name, n.Team = NormalLogin(n.Login), strings.TrimSpace(n.Name), strings.TrimSpace(n.Team)
	e := ErrUserInvalid
	if !goodLogin.MatchString(n.Login) {
		e = e.At("login", "form", "登录名为 2 至 64 个小写字母、数字或 . _ @ -，以字母或数字开头", "a login is 2 to 64 lower-case letters, digits or . _ @ - and starts with a letter or digit")
	}
	if n.Name == "" || utf8.RuneCountInString(n.Name) > 100 {
		e = e.At("name", "length", "请填写姓名，最多 100 个字", "give a name of at most 100 characters")
	}
	if utf8.RuneCountInString(n.Team) > 64 {
		e = e.At("team", "length", "团队名称最多 64 个字", "a team's name has at most 64 characters")
	}
	if len(e.Fields) > 0 {
		return n, e
	}
	return n, CheckRoles(n.Roles, n.CustomerID)
}

// Act is something that can be done to an account.
type Act string

// The acts; records list those that are possible now.
const (
	ActFreeze   Act = "freeze"
	ActUnfreeze Act = "unfreeze"
	ActReset    Act = "reset-password"
	ActRoles    Act = "roles"
)

// Check tells whether somebody may do an act to an account. Nobody acts on their own account here (their password they
// change under /session), and the passwords of security administrators and auditors are out of the system
// administrator's reach: who could set them could become them. Those are set on the server's command line.
func (a Account) Check(act Act, by actor.Actor, at caldate.Instant) *errs.Error {
	own := a.ID == by.UserID
	switch act {
	case ActRoles:
		if own {
			return ErrOwnRoles
		}
	case ActFreeze:
		switch {
		case own:
			return ErrOwnAccount
		case a.State != Active:
			return ErrNotActive
		}
	case ActUnfreeze:
		switch {
		case own:
			return ErrOwnAccount
		case a.State != Frozen && !a.LockedUntil.After(at):
			return ErrNotFrozen
		}
	case ActReset:
		switch {
		case own:
			return ErrOwnAccount
		case !by.IsSystem() && (slices.Contains(a.Roles, SecurityAdmin) || slices.Contains(a.Roles, Auditor)):
			return ErrProtected
		}
	}
	return nil
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
