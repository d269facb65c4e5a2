package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/staff"
)

type user struct {
	ID               string          `json:"id"`
	Login            string          `json:"login"`
	Name             string          `json:"name"`
	Roles            []staff.Role    `json:"roles"`
	RequestedRoles   []staff.Role    `json:"requested_roles" doc:"Asked for when the account was made; the security administrator gives them."`
	State            string          `json:"state" enum:"active,frozen,locked"`
	Team             string          `json:"team,omitempty"`
	CustomerID       string          `json:"customer_id,omitempty"`
	CustomerName     string          `json:"customer_name,omitempty"`
	LastSignInAt     caldate.Instant `json:"last_sign_in_at"`
	CreatedAt        caldate.Instant `json:"created_at"`
	AvailableActions []string        `json:"available_actions"`
	Password         string          `json:"password,omitempty" doc:"First password, told this once."`
}

type userID struct {
	ID string `path:"id" maxLength:"32"`
}

type reason struct {
	ID   string `path:"id" maxLength:"32"`
	Body *struct {
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

func (r *reason) text() string {
	if r.Body == nil {
		return ""
	}
	return r.Body.Reason
}

type role struct {
	Role         string   `json:"role"`
	Name         string   `json:"name"`
	NameEn       string   `json:"name_en"`
	Capabilities []string `json:"capabilities"`
}

func (a *API) users() {
	Register(a, Op{
		ID: "list-users", Method: http.MethodGet, Path: "/users", Capability: "user.read", Tag: "users",
		Summary: "账号列表", SummaryEn: "List accounts",
	}, func(ctx context.Context, in *struct {
		Page
		Role string `query:"role" maxLength:"32"`
	}) (*struct{ Body List[user] }, error) {
		after, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		switch in.State {
		case "", "active", "frozen", "locked":
		default:
			return nil, errInput.At("state", "one_of", "应为 active、frozen 或 locked", "must be active, frozen or locked")
		}
		q := staff.Query{Search: in.Q, State: in.State, Role: in.Role, Limit: in.Limit + 1}
		if after != nil {
			q.After = after[0]
		}
		rows, total, err := a.deps.Staff.List(ctx, q)
		if err != nil {
			return nil, err
		}
		rows, next := CutPage(rows, in.Limit, func(u staff.Account) []string { return []string{u.Login} })
		return &struct{ Body List[user] }{NewList(Convert(rows, func(u staff.Account) user { return a.fromUser(ctx, u) }), next, total)}, nil
	})
	Register(a, Op{
		ID: "create-user", Method: http.MethodPost, Path: "/users", Capability: "user.write", Tag: "users", Status: http.StatusCreated, Secret: true,
		Summary:   "创建账号；首个密码只显示一次，角色待安全管理员授予",
		SummaryEn: "Create an account; its first password is told once, its roles wait for the security administrator",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Login      string       `json:"login" maxLength:"200"`
			Name       string       `json:"name" maxLength:"200"`
			Team       string       `json:"team,omitempty" maxLength:"64"`
			Roles      []staff.Role `json:"roles,omitempty" maxItems:"10"`
			CustomerID string       `json:"customer_id,omitempty" maxLength:"32"`
		}
	}) (*struct{ Body user }, error) {
		u, password, err := a.deps.Staff.Create(ctx, staff.NewUser{Login: in.Body.Login, Name: in.Body.Name, Team: in.Body.Team, CustomerID: in.Body.CustomerID, Roles: in.Body.Roles})
		if err != nil {
			return nil, err
		}
		out := a.fromUser(ctx, *u)
		out.Password = password
		return &struct{ Body user }{out}, nil
	})
	Register(a, Op{
		ID: "get-user", Method: http.MethodGet, Path: "/users/{id}", Capability: "user.read", Tag: "users",
		Summary: "账号", SummaryEn: "An account",
	}, func(ctx context.Context, in *userID) (*struct{ Body user }, error) {
		return a.answerUser(ctx)(a.deps.Staff.Get(ctx, in.ID))
	})
	Register(a, Op{
		ID: "set-user-roles", Method: http.MethodPut, Path: "/users/{id}/roles", Capability: "user.roles", Tag: "users",
		Summary: "授予角色（不得授予自己；三权分立）", SummaryEn: "Assign roles (never to oneself; duties stay apart)",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Roles []staff.Role `json:"roles" maxItems:"10"`
		}
	}) (*struct{ Body user }, error) {
		return a.answerUser(ctx)(a.deps.Staff.SetRoles(ctx, in.ID, in.Body.Roles))
	})
	Register(a, Op{
		ID: "freeze-user", Method: http.MethodPost, Path: "/users/{id}/freeze", Capability: "user.write", Tag: "users",
		Summary: "冻结账号，其会话立即结束", SummaryEn: "Freeze an account; its sessions end at once",
	}, func(ctx context.Context, in *reason) (*struct{ Body user }, error) {
		return a.answerUser(ctx)(a.deps.Staff.Freeze(ctx, in.ID, in.text()))
	})
	Register(a, Op{
		ID: "unfreeze-user", Method: http.MethodPost, Path: "/users/{id}/unfreeze", Capability: "user.write", Tag: "users",
		Summary: "解冻账号，或解除登录锁定", SummaryEn: "Unfreeze an account, or lift its lock-out",
	}, func(ctx context.Context, in *reason) (*struct{ Body user }, error) {
		return a.answerUser(ctx)(a.deps.Staff.Unfreeze(ctx, in.ID, in.text()))
	})
	Register(a, Op{
		ID: "reset-user-password", Method: http.MethodPost, Path: "/users/{id}/reset-password", Capability: "user.write", Tag: "users", Secret: true,
		Summary: "重置密码；新密码只显示一次，登录后必须修改", SummaryEn: "Reset a password; the new one is told once and must be changed at sign-in",
	}, func(ctx context.Context, in *reason) (*struct{ Body user }, error) {
		u, password, err := a.deps.Staff.ResetPassword(ctx, in.ID, in.text())
		if err != nil {
			return nil, err
		}
		out := a.fromUser(ctx, *u)
		out.Password = password
		return &struct{ Body user }{out}, nil
	})
	Register(a, Op{
		ID: "list-roles", Method: http.MethodGet, Path: "/roles", Capability: "user.read", Tag: "users",
		Summary: "角色及其权限", SummaryEn: "Roles and what they may do",
	}, func(context.Context, *struct{}) (*struct{ Body List[role] }, error) {
		var items []role
		for _, r := range staff.Roles() {
			zh, en := r.Names()
			row := role{Role: string(r), Name: zh, NameEn: en, Capabilities: []string{}}
			for _, l := range a.deps.Authz.Matrix() {
				if l.Role == string(r) {
					row.Capabilities = append(row.Capabilities, l.Capability)
				}
			}
			items = append(items, row)
		}
		return &struct{ Body List[role] }{NewList(items, "", int64(len(items)))}, nil
	})
}

func (a *API) answerUser(ctx context.Context) func(*staff.Account, error) (*struct{ Body user }, error) {
	return func(u *staff.Account, err error) (*struct{ Body user }, error) {
		if err != nil {
			return nil, err
		}
		return &struct{ Body user }{a.fromUser(ctx, *u)}, nil
	}
}

func (a *API) fromUser(ctx context.Context, u staff.Account) user {
	out := user{ID: u.ID, Login: u.Login, Name: u.Name, Roles: u.Roles, RequestedRoles: u.Requested(), State: string(u.State), Team: u.Team, CustomerID: u.Customer(),
		LastSignInAt: u.LastSignInAt, CreatedAt: u.CreatedAt, CustomerName: a.deps.Staff.CustomerName(ctx, u.Customer()), AvailableActions: []string{}}
	if u.State == staff.Active && a.deps.Staff.LockedNow(u) {
		out.State = "locked"
	}
	if out.Roles == nil {
		out.Roles = []staff.Role{}
	}
	if out.RequestedRoles == nil {
		out.RequestedRoles = []staff.Role{}
	}
	for _, act := range a.deps.Staff.Allowed(ctx, u) {
		capability := "user.write"
		if act == staff.ActRoles {
			capability = "user.roles"
		}
		if Can(ctx, capability) {
			out.AvailableActions = append(out.AvailableActions, string(act))
		}
	}
	return out
}

// errInput is for inputs that huma's schema can't check.
var errInput = errs.Invalid("input.invalid", "输入有误", "invalid input")
