package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/caldate"
	"sealgate/server/staff"
)

type sessionUser struct {
	ID         string       `json:"id"`
	Login      string       `json:"login"`
	Name       string       `json:"name"`
	Roles      []staff.Role `json:"roles"`
	CustomerID string       `json:"customer_id,omitempty"`
	Parts      []staff.Part `json:"parts,omitempty" doc:"Of a customer's person: administrator, submitter, approver."`
}

type session struct {
	User               sessionUser `json:"user"`
	Capabilities       []string    `json:"capabilities" doc:"What the person may do; menus and buttons follow it."`
	Sandbox            bool        `json:"sandbox" doc:"The business clock can be moved."`
	Version            string      `json:"version"`
	MustChangePassword bool        `json:"must_change_password" doc:"Nothing but changing the password is allowed yet."`
}

type openSession struct {
	ID         string          `json:"id"`
	Current    bool            `json:"current"`
	CreatedAt  caldate.Instant `json:"created_at"`
	LastSeenAt caldate.Instant `json:"last_seen_at"`
	IP         string          `json:"ip"`
	UserAgent  string          `json:"user_agent"`
}

func (a *API) sessions() {
	Register(a, Op{
		ID: "sign-in", Method: http.MethodPost, Path: "/session", Capability: Public, Tag: "session", NoReplay: true, MaxBody: 8 << 10,
		Summary: "登录", SummaryEn: "Sign in",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Login    string `json:"login" minLength:"1" maxLength:"200"`
			Password string `json:"password" minLength:"1" maxLength:"1024"`
		}
	}) (*struct{ Body session }, error) {
		v := visitOf(ctx)
		token, signed, err := a.deps.Staff.SignIn(ctx, in.Body.Login, in.Body.Password, a.token(v.gin.Request))
		if err != nil {
			return nil, err
		}
		a.setToken(v.gin, token, int(staff.AbsoluteLimit.Seconds()))
		return a.sessionOf(ctx, signed)
	})
	Register(a, Op{
		ID: "get-session", Method: http.MethodGet, Path: "/session", Capability: "session.own", Tag: "session",
		Summary: "当前登录的人及其权限", SummaryEn: "Who is signed in, and what they may do",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body session }, error) {
		return a.sessionOf(ctx, visitOf(ctx).signed)
	})
	Register(a, Op{
		ID: "sign-out", Method: http.MethodDelete, Path: "/session", Capability: "session.own", Tag: "session",
		Summary: "退出登录", SummaryEn: "Sign out",
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		v := visitOf(ctx)
		if err := a.deps.Staff.SignOut(ctx, v.signed); err != nil {
			return nil, err
		}
		a.setToken(v.gin, "", -1)
		return nil, nil
	})
	Register(a, Op{
		ID: "change-password", Method: http.MethodPost, Path: "/session/password", Capability: "session.own", Tag: "session", NoReplay: true, MaxBody: 8 << 10,
		Summary: "修改自己的密码；其他会话随即结束", SummaryEn: "Change the own password; all other sessions end",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Current string `json:"current" minLength:"1" maxLength:"1024"`
			Next    string `json:"next" minLength:"1" maxLength:"1024" doc:"At least 12 characters."`
		}
	}) (*struct{}, error) {
		return nil, a.deps.Staff.ChangePassword(ctx, visitOf(ctx).signed, in.Body.Current, in.Body.Next)
	})
	Register(a, Op{
		ID: "list-sessions", Method: http.MethodGet, Path: "/sessions", Capability: "session.own", Tag: "session",
		Summary: "自己在哪些地方登录着", SummaryEn: "Where one is signed in",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[openSession] }, error) {
		signed := visitOf(ctx).signed
		rows, err := a.deps.Staff.Sessions(ctx, signed.User.ID)
		if err != nil {
			return nil, err
		}
		items := Convert(rows, func(s staff.Session) openSession {
			return openSession{s.ID, s.ID == signed.SessionID, s.CreatedAt, s.LastSeenAt, s.IP, s.UserAgent}
		})
		return &struct{ Body List[openSession] }{NewList(items, "", int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "end-session", Method: http.MethodDelete, Path: "/sessions/{id}", Capability: "session.own", Tag: "session",
		Summary: "结束自己的某个会话", SummaryEn: "End one of one's own sessions",
	}, func(ctx context.Context, in *struct {
		ID string `path:"id" maxLength:"32"`
	}) (*struct{}, error) {
		return nil, a.deps.Staff.EndSession(ctx, visitOf(ctx).signed.User.ID, in.ID)
	})
}

func (a *API) sessionOf(ctx context.Context, signed *staff.Signed) (*struct{ Body session }, error) {
	caps, err := a.deps.Authz.Capabilities(ctx, signed.User.ID, signed.Version)
	if err != nil {
		return nil, err
	}
	roles := signed.Roles
	if roles == nil {
		roles = []staff.Role{}
	}
	return &struct{ Body session }{session{
		User:         sessionUser{signed.User.ID, signed.User.Login, signed.User.Name, roles, signed.User.Customer(), signed.Parts},
		Capabilities: caps, Sandbox: a.opts.Sandbox, Version: a.opts.Version, MustChangePassword: signed.User.MustChange,
	}}, nil
}

// secure tells whether this request's cookie is the Secure one. Only that one is read then: a plain cookie that somebody
// planted over http is never taken on an encrypted connection.
func (a *API) secure(r *http.Request) bool {
	switch a.opts.SecureCookies {
	case "always":
		return true
	case "never":
		return false
	}
	return a.overTLS(r)
}

func (a *API) cookieName(r *http.Request) string {
	if a.secure(r) {
		return hostCookie
	}
	return plainCookie
}

// token is the session token that a request carries, "" for none.
func (a *API) token(r *http.Request) string {
	c, err := r.Cookie(a.cookieName(r))
	if err != nil {
		return ""
	}
	return c.Value
}

func (a *API) setToken(c *gin.Context, token string, maxAge int) {
	http.SetCookie(c.Writer, &http.Cookie{Name: a.cookieName(c.Request), Value: token, Path: "/", MaxAge: maxAge,
		Secure: a.secure(c.Request), HttpOnly: true, SameSite: http.SameSiteStrictMode})
}
