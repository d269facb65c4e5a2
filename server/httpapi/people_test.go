package httpapi_test

import (
	"encoding/csv"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"sealgate/server/httpapi"
	"sealgate/server/httpapi/apitest"
	"sealgate/server/staff"
	"sealgate/server/testkit"
)

type sessionBody struct {
	User struct {
		ID, Login, Name string
		Roles           []string
		CustomerID      string `json:"customer_id"`
	}
	Capabilities       []string
	Sandbox            bool
	Version            string
	MustChangePassword bool `json:"must_change_password"`
}

type userBody struct {
	ID, Login, Name, State, Password string
	Roles                            []string
	RequestedRoles                   []string `json:"requested_roles"`
	AvailableActions                 []string `json:"available_actions"`
}

func TestSession_scenarios(t *testing.T) {
	t.Parallel()
	k := apitest.NewWith(t, httpapi.Options{Version: "v9", Sandbox: true}, func(*httpapi.API) {})
	k.Refuses("GET", "/session", "session.own", nil)
	k.Refuses("DELETE", "/session", "session.own", nil)
	k.Refuses("POST", "/session/password", "session.own", map[string]any{"current": "x", "next": "y"})

	fin := k.As(staff.Finance)
	var s sessionBody
	fin.Get("/session").Want(200).JSON(&s)
	if s.User.ID != fin.UserID || !slices.Equal(s.User.Roles, []string{"finance"}) || !slices.Contains(s.Capabilities, "payment.record") ||
		slices.Contains(s.Capabilities, "user.roles") || !s.Sandbox || s.Version != "v9" {
		t.Errorf("session %+v", s)
	}

	nobody := k.Nobody()
	nobody.Post("/session", map[string]any{"login": fin.Login, "password": "wrong"}).Problem(401, "staff.bad_credentials")
	nobody.Post("/session", map[string]any{"login": "no-such-login", "password": "wrong"}).Problem(401, "staff.bad_credentials")
	nobody.Post("/session", map[string]any{"login": fin.Login, "password": apitest.Password, "roles": []string{"system_admin"}}).Problem(400, "http.malformed")
	nobody.Post("/session", map[string]any{"login": fin.Login}).Problem(422, "input.invalid")
	nobody.Post("/session", `{"login":"a","login":"b","password":"x"}`).Problem(400, "http.malformed")

	fin.Delete("/session").Want(204)
	if fin.Cookie("sealgate") != "" {
		t.Error("the cookie outlived the session")
	}
	fin.Get("/session").Problem(401, "staff.no_session")
}

func TestSession_cookieFollowsTheConnection(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, setting, remote string
		headers               []string
		want                  string
		secure                bool
	}{
		{"plain http on a LAN", "auto", "192.0.2.9:1", nil, "sealgate", false},
		{"a trusted proxy says https", "auto", "10.0.0.7:1", []string{"X-Forwarded-Proto", "https"}, "__Host-sealgate", true},
		{"anybody says https", "auto", "192.0.2.9:1", []string{"X-Forwarded-Proto", "https"}, "sealgate", false},
		{"always", "always", "192.0.2.9:1", nil, "__Host-sealgate", true},
		{"never", "never", "10.0.0.7:1", []string{"X-Forwarded-Proto", "https"}, "sealgate", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k := apitest.NewWith(t, httpapi.Options{SecureCookies: c.setting, TrustedProxies: []string{"10.0.0.0/8"}}, func(*httpapi.API) {})
			if _, _, err := k.Staff.Create(testkit.System(), staff.NewUser{Login: "li", Name: "李", Roles: []staff.Role{staff.Finance}, Password: apitest.Password}); err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("POST", "/api/v1/session", strings.NewReader(`{"login":"li","password":"`+apitest.Password+`"}`))
			r.Header.Set("Content-Type", "application/json")
			r.RemoteAddr = c.remote
			for i := 0; i+1 < len(c.headers); i += 2 {
				r.Header.Set(c.headers[i], c.headers[i+1])
			}
			w := httptest.NewRecorder()
			k.API.Handler().ServeHTTP(w, r)
			cookies := w.Result().Cookies()
			if w.Code != 200 || len(cookies) != 1 {
				t.Fatalf("%d %s %v", w.Code, w.Body, cookies)
			}
			ck := cookies[0]
			if ck.Name != c.want || ck.Secure != c.secure || !ck.HttpOnly || ck.SameSite != 3 || ck.Path != "/" || ck.Domain != "" || len(ck.Value) < 40 {
				t.Errorf("cookie %+v", ck)
			}
		})
	}
}

func TestSession_fixationBruteForceAndTheftComeToNothing(t *testing.T) {
	t.Parallel()
	k := apitest.NewWith(t, httpapi.Options{}, func(*httpapi.API) {})
	fin := k.As(staff.Finance)

	victim := k.Nobody() // fixation: somebody planted a token of their own
	planted := fin.Cookie("sealgate")
	victim.SetCookie("sealgate", planted)
	victim.Post("/session", map[string]any{"login": fin.Login, "password": apitest.Password}).Want(200)
	if victim.Cookie("sealgate") == planted {
		t.Error("the planted token was kept")
	}
	fin.Get("/session").Problem(401, "staff.no_session")
	invented := k.Nobody()
	invented.SetCookie("sealgate", strings.Repeat("a", 43))
	invented.Get("/session").Problem(401, "staff.no_session")

	other := k.Nobody()
	other.Post("/session", map[string]any{"login": fin.Login, "password": apitest.Password}).Want(200)
	var list struct {
		Items []struct {
			ID      string
			Current bool
		}
	}
	victim.Get("/sessions").Want(200).JSON(&list)
	if len(list.Items) != 2 {
		t.Fatalf("sessions %+v", list)
	}
	for _, s := range list.Items {
		if !s.Current {
			k.As(staff.Sales).Delete("/sessions/"+s.ID).Problem(404, "staff.session_not_found") // another person's session
			victim.Delete("/sessions/" + s.ID).Want(204)
		}
	}
	other.Get("/session").Problem(401, "staff.no_session")

	guess := k.Nobody()
	for range staff.MaxFailures {
		guess.Post("/session", map[string]any{"login": fin.Login, "password": "guess"}).Problem(401, "staff.bad_credentials")
	}
	guess.Post("/session", map[string]any{"login": fin.Login, "password": apitest.Password}).Problem(429, "staff.locked")
	victim.Get("/session").Want(200) // a lock-out keeps nobody from working who is signed in
	k.Fake.Advance(16 * time.Minute)
	victim.Post("/session/password", map[string]any{"current": apitest.Password, "next": "short"}).Problem(422, "staff.weak_password")
	victim.Post("/session/password", map[string]any{"current": "wrong", "next": "plum trees in the mist"}).Problem(422, "staff.wrong_password")
	victim.Post("/session/password", map[string]any{"current": apitest.Password, "next": "plum trees in the mist"}).Want(204)
}

func TestUsers_scenarios(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	admin, security, auditor := k.As(staff.SystemAdmin), k.As(staff.SecurityAdmin), k.As(staff.Auditor)

	created := admin.Post("/users", map[string]any{"login": "Zhang.San", "name": "张三", "team": "华东", "roles": []string{"sales"}}).Want(201)
	var u userBody
	created.JSON(&u)
	if u.Login != "zhang.san" || u.Password == "" || len(u.Roles) > 0 || !slices.Equal(u.RequestedRoles, []string{"sales"}) {
		t.Fatalf("created %+v", u)
	}
	admin.Post("/users", map[string]any{"login": "zhang.san", "name": "x"}).Problem(409, "staff.login_taken")
	admin.Post("/users", map[string]any{"login": "a b", "name": ""}).Problem(422, "staff.invalid")
	admin.Post("/users", map[string]any{"login": "x1", "name": "x", "roles": []string{"auditor", "finance"}}).Problem(409, "staff.separation")
	admin.Post("/users", map[string]any{"login": "x1", "name": "x", "roles": []string{"god"}}).Problem(422, "staff.bad_roles")
	admin.Post("/users", map[string]any{"login": "x1", "name": "x", "password_hash": "x"}).Problem(400, "http.malformed") // mass assignment
	admin.Post("/users", map[string]any{"login": "x1", "name": "x", "state": "active", "must_change": false}).Problem(400, "http.malformed")

	// Roles: by the security administrator alone, never to oneself, of one duty.
	admin.Put("/users/"+u.ID+"/roles", map[string]any{"roles": []string{"sales"}}).Problem(403, "auth.forbidden")
	admin.Put("/users/"+admin.UserID+"/roles", map[string]any{"roles": []string{"finance_lead"}}).Problem(403, "auth.forbidden")
	security.Put("/users/"+security.UserID+"/roles", map[string]any{"roles": []string{"security_admin"}}).Problem(403, "staff.own_roles")
	security.Put("/users/"+u.ID+"/roles", map[string]any{"roles": []string{"sales", "system_admin"}}).Problem(409, "staff.separation")
	security.Put("/users/"+u.ID+"/roles", map[string]any{"roles": []string{"customer"}}).Problem(409, "staff.customer_role")
	security.Put("/users/nobody/roles", map[string]any{"roles": []string{"sales"}}).Problem(404, "staff.not_found")
	security.Put("/users/"+u.ID+"/roles", map[string]any{"roles": []string{"sales"}}).Want(200).JSON(&u)
	if !slices.Equal(u.Roles, []string{"sales"}) || len(u.RequestedRoles) > 0 {
		t.Fatalf("after the grant %+v", u)
	}

	// A first password opens nothing but the change of itself.
	zhang := k.Nobody()
	var first userBody
	created.JSON(&first)
	var s sessionBody
	zhang.Post("/session", map[string]any{"login": "zhang.san", "password": first.Password}).Want(200).JSON(&s)
	if !s.MustChangePassword {
		t.Errorf("session %+v", s)
	}
	zhang.Get("/home").Problem(403, "staff.change_password_first")
	zhang.Post("/session/password", map[string]any{"current": first.Password, "next": "plum trees in the mist"}).Want(204)
	zhang.Get("/session").Want(200)

	// Rights that were taken away are gone with the next call.
	zhang.Get("/users").Problem(403, "auth.forbidden")
	security.Put("/users/"+u.ID+"/roles", map[string]any{"roles": []string{"auditor"}}).Want(200)
	zhang.Get("/users").Want(200)
	security.Put("/users/"+u.ID+"/roles", map[string]any{"roles": []string{}}).Want(200)
	zhang.Get("/users").Problem(403, "auth.forbidden")

	// Freezing ends sessions; nobody acts on the own account, nor the administrator on those who watch him.
	admin.Post("/users/"+admin.UserID+"/freeze", nil).Problem(403, "staff.own_account")
	admin.Post("/users/"+security.UserID+"/reset-password", nil).Problem(403, "staff.protected")
	admin.Post("/users/"+auditor.UserID+"/reset-password", nil).Problem(403, "staff.protected")
	admin.Post("/users/"+u.ID+"/freeze", map[string]any{"reason": "离职"}).Want(200).JSON(&u)
	if u.State != "frozen" || !slices.Equal(u.AvailableActions, []string{"unfreeze", "reset-password"}) {
		t.Errorf("frozen %+v", u)
	}
	zhang.Get("/session").Problem(401, "staff.no_session")
	admin.Post("/users/"+u.ID+"/freeze", nil).Problem(409, "staff.not_active")
	admin.Post("/users/"+u.ID+"/unfreeze", nil).Want(200)
	admin.Post("/users/"+u.ID+"/unfreeze", nil).Problem(409, "staff.not_frozen")

	var seen userBody
	security.Get("/users/" + u.ID).Want(200).JSON(&seen)
	if !slices.Equal(seen.AvailableActions, []string{"roles"}) || strings.Contains(string(security.Get("/users/"+u.ID).Body), "argon2") {
		t.Errorf("as the security administrator sees it %+v", seen)
	}
	k.Refuses("GET", "/users/"+u.ID, "user.read", nil)
	k.Refuses("POST", "/users/"+u.ID+"/reset-password", "user.write", nil)
	k.Refuses("PUT", "/users/"+u.ID+"/roles", "user.roles", map[string]any{"roles": []string{"system_admin"}})
}

func TestUsers_listPagesSearchesAndCounts(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	admin := k.As(staff.SystemAdmin)
	for i := range 7 {
		if _, _, err := k.Staff.Create(testkit.System(), staff.NewUser{Login: fmt.Sprintf("sales%d", i), Name: "销售", Roles: []staff.Role{staff.Sales}, Password: apitest.Password}); err != nil {
			t.Fatal(err)
		}
	}
	var page struct {
		Items      []userBody
		NextCursor string `json:"next_cursor"`
		Total      int
	}
	var logins []string
	path := "/users?limit=3&role=sales"
	for {
		page.NextCursor = ""
		admin.Get(path).Want(200).JSON(&page)
		if page.Total != 7 {
			t.Fatalf("total %d", page.Total)
		}
		for _, u := range page.Items {
			logins = append(logins, u.Login)
		}
		if page.NextCursor == "" {
			break
		}
		path = "/users?limit=3&role=sales&cursor=" + page.NextCursor
	}
	if len(logins) != 7 || !slices.IsSorted(logins) {
		t.Errorf("logins %v", logins)
	}
	admin.Get("/users?q=sales3").Want(200).JSON(&page)
	if page.Total != 1 {
		t.Errorf("search: %d", page.Total)
	}
	admin.Get("/users?q=%25").Want(200).JSON(&page)
	if page.Total != 0 {
		t.Errorf("a wildcard found %d", page.Total)
	}
	admin.Get("/users?cursor=nonsense").Problem(400, "list.bad_cursor")
	admin.Get("/users?state=gone").Problem(422, "input.invalid")
	admin.Get("/users?limit=100000").Problem(422, "input.invalid")
	admin.Get("/users?limit=abc").Problem(422, "input.invalid")
}

func TestAudit_isSearchedVerifiedAndExportedByTheAuditorAlone(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	admin, auditor := k.As(staff.SystemAdmin), k.As(staff.Auditor)
	for _, path := range []string{"/audit", "/audit/export"} {
		k.Refuses("GET", path, "audit.read", nil)
	}
	k.Refuses("POST", "/audit/verify", "audit.verify", nil)

	var u userBody
	admin.Post("/users", map[string]any{"login": "li.si", "name": "=HYPERLINK(\"http://evil\")"}).Want(201).JSON(&u)
	for _, reason := range []string{"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "普通原因"} {
		admin.Post("/users/"+u.ID+"/freeze", map[string]any{"reason": reason}).Want(200)
		admin.Post("/users/"+u.ID+"/unfreeze", map[string]any{"reason": reason}).Want(200)
	}
	if _, err := k.Trail.Chain(testkit.System(), 1000); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Trail.Checkpoint(testkit.System(), k.Notary); err != nil {
		t.Fatal(err)
	}
	var list struct {
		Items []struct {
			Seq                         int64
			Actor, Action, Reason, Hash string
			FromState                   string `json:"from_state"`
		}
		Total int
	}
	auditor.Get("/audit?action=user.freeze&object_id=" + u.ID).Want(200).JSON(&list)
	if list.Total != 5 || list.Items[0].Seq == 0 || list.Items[0].Hash == "" || list.Items[0].Actor != admin.UserID || list.Items[0].FromState != "active" {
		t.Fatalf("%+v", list)
	}
	auditor.Get("/audit?from=2026-13-01").Problem(422, "input.invalid")
	auditor.Get("/audit?from=2026-10-02").Want(200).JSON(&list)
	if list.Total != 0 {
		t.Errorf("from tomorrow on: %d", list.Total)
	}

	var v struct {
		OK          bool
		Rows        int64
		Checkpoints int
		Head        string
	}
	auditor.Post("/audit/verify", map[string]any{}).Want(200).JSON(&v)
	if !v.OK || v.Rows < 10 || v.Checkpoints != 1 || len(v.Head) != 64 {
		t.Errorf("%+v", v)
	}

	a := auditor.Get("/audit/export?object_id=" + u.ID).Want(200)
	if !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") || !strings.HasPrefix(string(a.Body), "\ufeff") {
		t.Errorf("headers %v", a.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(a.Body), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 12 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+@") {
				t.Errorf("a formula went out: %s", cell)
			}
		}
	}
	auditor.Get("/audit?action=audit.export").Want(200).JSON(&list)
	if list.Total == 0 {
		t.Error("the export left no trace")
	}
}
