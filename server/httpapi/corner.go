package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/corner"
	"sealgate/server/staff"
)

type memberRecord struct {
	ID           string          `json:"id"`
	Login        string          `json:"login"`
	Name         string          `json:"name"`
	Parts        []staff.Part    `json:"parts" doc:"administrator, submitter, approver; none: may look."`
	State        string          `json:"state" enum:"active,frozen,locked"`
	LastSignInAt caldate.Instant `json:"last_sign_in_at"`
	CreatedAt    caldate.Instant `json:"created_at"`
	Actions      []string        `json:"available_actions"`
	Password     string          `json:"password,omitempty" doc:"First password, told this once."`
}

func (a *API) fromMember(ctx context.Context, m staff.Member) memberRecord {
	r := memberRecord{ID: m.ID, Login: m.Login, Name: m.Name, Parts: m.Parts, State: string(m.State), LastSignInAt: m.LastSignInAt, CreatedAt: m.CreatedAt, Actions: []string{}}
	if m.State == staff.Active && a.deps.Staff.LockedNow(m.Account) {
		r.State = "locked"
	}
	if Can(ctx, "corner.manage") {
		r.Actions = m.Actions(actor.From(ctx))
	}
	return r
}

func (a *API) answerMember(ctx context.Context, m *staff.Member, password string, err error) (*struct{ Body memberRecord }, error) {
	if err != nil {
		return nil, err
	}
	r := a.fromMember(ctx, *m)
	r.Password = password
	return &struct{ Body memberRecord }{r}, nil
}

type cornerSettings struct {
	NeedsRelease bool  `json:"needs_release" doc:"Batches wait for one of the own approvers."`
	NeedsCheck   bool  `json:"needs_check" doc:"The provider's people make no batch in our name without a check on record."`
	Version      int64 `json:"version" doc:"0: never set."`
}

func fromSettings(s corner.Settings) cornerSettings {
	return cornerSettings{s.NeedsRelease, s.NeedsCheck, s.Version}
}

type freezeRecord struct {
	ID           string          `json:"id"`
	CustomerID   string          `json:"customer_id"`
	CustomerName string          `json:"customer_name"`
	Reason       string          `json:"reason"`
	FrozenBy     string          `json:"frozen_by"`
	FrozenAt     caldate.Instant `json:"frozen_at"`
	LiftedAt     caldate.Instant `json:"lifted_at"`
	LiftReason   string          `json:"lift_reason,omitempty"`
	People       int             `json:"people" doc:"How many accounts it closed."`
	Actions      []string        `json:"available_actions"`
}

func (a *API) fromFreeze(ctx context.Context, f corner.Freeze) freezeRecord {
	r := freezeRecord{f.ID, f.CustomerID, a.deps.Staff.CustomerName(ctx, f.CustomerID), f.Reason, f.FrozenByName, f.FrozenAt, f.LiftedAt, f.LiftReason, len(f.People), []string{}}
	if f.LiftedAt.IsZero() && Can(ctx, "freeze.lift") {
		r.Actions = append(r.Actions, "lift")
	}
	return r
}

type cornerReason struct {
	ID   string `path:"id" maxLength:"32"`
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (a *API) corners() {
	a.people()
	a.freezes()
	a.supportChecks()
	Register(a, Op{
		ID: "get-corner-settings", Method: http.MethodGet, Path: "/corner/settings", Capability: "corner.read", Tag: "corner",
		Summary: "本企业的内部规则", SummaryEn: "The own company's rules",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body cornerSettings }, error) {
		s, err := a.deps.Corner.Settings(ctx, actor.From(ctx).CustomerID)
		return &struct{ Body cornerSettings }{fromSettings(s)}, err
	})
	Register(a, Op{
		ID: "set-corner-settings", Method: http.MethodPut, Path: "/corner/settings", Capability: "corner.manage", Tag: "corner",
		Summary: "设置内部规则：批次须内部审批、代操作须核验", SummaryEn: "Set the own rules: batches need an approval, acting for us needs a check",
	}, func(ctx context.Context, in *struct{ Body cornerSettings }) (*struct{ Body cornerSettings }, error) {
		s, err := a.deps.Corner.SetSettings(ctx, in.Body.NeedsRelease, in.Body.NeedsCheck, in.Body.Version)
		return &struct{ Body cornerSettings }{fromSettings(s)}, err
	})
	for _, act := range []struct {
		name, zh, en string
		do           func(ctx context.Context, id, reason string) (*corner.Release, error)
	}{
		{"release", "内部审批放行批次（不能放行自己提交的）", "Release a batch to the provider's review (never one's own)",
			func(ctx context.Context, id, reason string) (*corner.Release, error) {
				return a.deps.Corner.Release(ctx, id, reason)
			}},
		{"decline", "内部审批不通过，撤回批次", "Decline a batch and take it back",
			func(ctx context.Context, id, reason string) (*corner.Release, error) {
				return a.deps.Corner.Decline(ctx, id, reason)
			}},
	} {
		Register(a, Op{
			ID: act.name + "-batch", Method: http.MethodPost, Path: "/batches/{id}/" + act.name, Capability: "batch.release", Tag: "batch", Summary: act.zh, SummaryEn: act.en,
		}, func(ctx context.Context, in *batchAct) (*struct{ Body batchRecord }, error) {
			if _, err := act.do(ctx, in.ID, in.Body.Reason); err != nil {
				return nil, err
			}
			return a.showBatch(ctx, in.ID)
		})
	}
}

func (a *API) people() {
	Register(a, Op{
		ID: "list-own-people", Method: http.MethodGet, Path: "/corner/people", Capability: "corner.read", Tag: "corner",
		Summary: "本企业的账号", SummaryEn: "The own company's people",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[memberRecord] }, error) {
		rows, err := a.deps.Staff.People(ctx, actor.From(ctx).CustomerID)
		if err != nil {
			return nil, err
		}
		items := Convert(rows, func(m staff.Member) memberRecord { return a.fromMember(ctx, m) })
		return &struct{ Body List[memberRecord] }{NewList(items, "", int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "add-own-person", Method: http.MethodPost, Path: "/corner/people", Capability: "corner.manage", Tag: "corner", Status: http.StatusCreated, Secret: true,
		Summary: "为本企业新建账号；首个密码只显示一次", SummaryEn: "Add one of the own people; the first password is told once",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Login string       `json:"login" maxLength:"200"`
			Name  string       `json:"name" maxLength:"200"`
			Parts []staff.Part `json:"parts" maxItems:"5"`
		}
	}) (*struct{ Body memberRecord }, error) {
		m, password, err := a.deps.Staff.AddPerson(ctx, in.Body.Login, in.Body.Name, in.Body.Parts)
		return a.answerMember(ctx, m, password, err)
	})
	Register(a, Op{
		ID: "set-own-person-parts", Method: http.MethodPut, Path: "/corner/people/{id}/parts", Capability: "corner.manage", Tag: "corner",
		Summary: "设置本企业人员的职责（不能改自己的）", SummaryEn: "Set what one of the own people may do (never oneself)",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Parts []staff.Part `json:"parts" maxItems:"5"`
		}
	}) (*struct{ Body memberRecord }, error) {
		m, err := a.deps.Staff.SetParts(ctx, in.ID, in.Body.Parts)
		return a.answerMember(ctx, m, "", err)
	})
	for _, act := range []struct {
		name, zh, en string
		do           func(ctx context.Context, id, reason string) (*staff.Member, error)
	}{
		{"freeze", "冻结本企业人员的账号", "Freeze one of the own people", a.deps.Staff.FreezeMember},
		{"unfreeze", "解冻本企业人员的账号", "Unfreeze one of the own people", a.deps.Staff.UnfreezeMember},
	} {
		Register(a, Op{
			ID: act.name + "-own-person", Method: http.MethodPost, Path: "/corner/people/{id}/" + act.name, Capability: "corner.manage", Tag: "corner", Summary: act.zh, SummaryEn: act.en,
		}, func(ctx context.Context, in *reason) (*struct{ Body memberRecord }, error) {
			m, err := act.do(ctx, in.ID, in.text())
			return a.answerMember(ctx, m, "", err)
		})
	}
	Register(a, Op{
		ID: "reset-own-person", Method: http.MethodPost, Path: "/corner/people/{id}/reset-password", Capability: "corner.manage", Tag: "corner", Secret: true,
		Summary: "重置本企业人员的密码；新密码只显示一次", SummaryEn: "Reset the password of one of the own people; it is told once",
	}, func(ctx context.Context, in *reason) (*struct{ Body memberRecord }, error) {
		m, password, err := a.deps.Staff.ResetMember(ctx, in.ID, in.text())
		return a.answerMember(ctx, m, password, err)
	})
}

func (a *API) freezes() {
	Register(a, Op{
		ID: "freeze-self", Method: http.MethodPost, Path: "/session/freeze", Capability: "session.own", Tag: "session", NoReplay: true,
		Summary: "立即冻结自己的账号并结束所有会话（怀疑被盗时）", SummaryEn: "Freeze the own account at once and end all its sessions",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Reason string `json:"reason" maxLength:"500"`
		}
	}) (*struct{}, error) {
		return nil, a.deps.Staff.FreezeSelf(ctx, in.Body.Reason)
	})
	Register(a, Op{
		ID: "freeze-company", Method: http.MethodPost, Path: "/corner/freeze", Capability: "corner.manage", Tag: "corner", NoReplay: true,
		Summary: "立即冻结本企业：全部账号登出、接口密钥停用、停止发送；解冻须经客服核验", SummaryEn: "Freeze the own company at once: accounts, keys and sending; support lifts it after a check",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Reason string `json:"reason" maxLength:"500"`
		}
	}) (*struct{ Body freezeRecord }, error) {
		f, err := a.deps.Corner.Freeze(ctx, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return &struct{ Body freezeRecord }{a.fromFreeze(ctx, *f)}, nil
	})
	Register(a, Op{
		ID: "list-freezes", Method: http.MethodGet, Path: "/freezes", Capability: "support.read", Tag: "support",
		Summary: "客户冻结记录；不指定客户时为生效中的", SummaryEn: "Freezes of a customer; those that hold where none is named",
	}, func(ctx context.Context, in *struct {
		CustomerID string `query:"customer_id" maxLength:"32"`
	}) (*struct{ Body List[freezeRecord] }, error) {
		rows, err := a.deps.Corner.Freezes(ctx, in.CustomerID)
		if err != nil {
			return nil, err
		}
		items := Convert(rows, func(f corner.Freeze) freezeRecord { return a.fromFreeze(ctx, f) })
		return &struct{ Body List[freezeRecord] }{NewList(items, "", int64(len(items)))}, nil
	})
	Register(a, Op{
		ID: "lift-freeze", Method: http.MethodPost, Path: "/freezes/{id}/lift", Capability: "freeze.lift", Tag: "support",
		Summary: "解除客户冻结（须有有效的身份或授权核验；在途批次先暂停）", SummaryEn: "Lift a customer's freeze under a check that holds; batches on their way are paused first",
	}, func(ctx context.Context, in *cornerReason) (*struct{ Body freezeRecord }, error) {
		f, err := a.deps.Corner.Lift(ctx, in.ID, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return &struct{ Body freezeRecord }{a.fromFreeze(ctx, *f)}, nil
	})
}

type supportAct struct {
	Action string          `json:"action"`
	By     string          `json:"by"`
	At     caldate.Instant `json:"at"`
}

type supportCheck struct {
	ID           string           `json:"id"`
	CustomerID   string           `json:"customer_id"`
	CustomerName string           `json:"customer_name"`
	Kind         corner.CheckKind `json:"kind" doc:"identity or authority."`
	Person       string           `json:"person" doc:"Of the customer, who asked."`
	How          string           `json:"how" doc:"callback, id_shown, video or sealed_doc."`
	Grounds      string           `json:"grounds"`
	DocumentID   string           `json:"document_id,omitempty"`
	Purpose      string           `json:"purpose"`
	CheckedBy    string           `json:"checked_by"`
	CheckedAt    caldate.Instant  `json:"checked_at"`
	UntilAt      caldate.Instant  `json:"until_at"`
	EndedAt      caldate.Instant  `json:"ended_at"`
	Open         bool             `json:"open" doc:"Somebody may act under it now."`
	Acts         []supportAct     `json:"acts" doc:"What was done under it."`
	Actions      []string         `json:"available_actions"`
}

func (a *API) fromCheck(ctx context.Context, c corner.Check) supportCheck {
	r := supportCheck{
		ID: c.ID, CustomerID: c.CustomerID, CustomerName: a.deps.Staff.CustomerName(ctx, c.CustomerID), Kind: c.Kind, Person: c.Person, How: c.How, Grounds: c.Grounds,
		DocumentID: c.DocumentID, Purpose: c.Purpose, CheckedBy: c.CheckedByName, CheckedAt: c.CheckedAt, UntilAt: c.UntilAt, EndedAt: c.EndedAt,
		Open: c.Open(a.deps.Clock.RealInstant()), Actions: []string{},
		Acts: Convert(c.Acts, func(x corner.Act) supportAct { return supportAct{x.Action, x.ActedByName, x.At} }),
	}
	if r.Open && Can(ctx, "support.check") {
		r.Actions = append(r.Actions, "end")
	}
	return r
}

func (a *API) supportChecks() {
	Register(a, Op{
		ID: "list-support-checks", Method: http.MethodGet, Path: "/support-checks", Capability: "support.read", Tag: "support",
		Summary: "身份与授权核验登记及其下的操作", SummaryEn: "Checks of identity and authority, with what was done under them",
	}, func(ctx context.Context, in *struct {
		Paging
		CustomerID string `query:"customer_id" maxLength:"32"`
	}) (*struct{ Body List[supportCheck] }, error) {
		return listOf(ctx, in.Paging, func(ctx context.Context, q corner.Query) ([]corner.Check, int64, error) {
			q.CustomerID = in.CustomerID
			return a.deps.Corner.Checks(ctx, q)
		}, func(c corner.Check) string { return c.ID }, func(c corner.Check) supportCheck { return a.fromCheck(ctx, c) })
	})
	Register(a, Op{
		ID: "record-support-check", Method: http.MethodPost, Path: "/support-checks", Capability: "support.check", Tag: "support", Status: http.StatusCreated,
		Summary: "登记对客户的身份或授权核验；有效期内可代其操作", SummaryEn: "Record a check of identity or authority, under which one may act for the customer",
	}, func(ctx context.Context, in *struct {
		Body struct {
			CustomerID string           `json:"customer_id" maxLength:"32"`
			Kind       corner.CheckKind `json:"kind" maxLength:"32"`
			Person     string           `json:"person" maxLength:"200"`
			How        string           `json:"how" maxLength:"32"`
			Grounds    string           `json:"grounds" maxLength:"2000"`
			DocumentID string           `json:"document_id,omitempty" maxLength:"32"`
			Purpose    string           `json:"purpose" maxLength:"2000"`
			Hours      int64            `json:"hours" doc:"How long it holds, 1 to 72."`
		}
	}) (*struct{ Body supportCheck }, error) {
		b := in.Body
		c, err := a.deps.Corner.Record(ctx, corner.NewCheck{CustomerID: b.CustomerID, Kind: b.Kind, Person: b.Person, How: b.How, Grounds: b.Grounds, DocumentID: b.DocumentID, Purpose: b.Purpose, Hours: b.Hours})
		if err != nil {
			return nil, err
		}
		return &struct{ Body supportCheck }{a.fromCheck(ctx, *c)}, nil
	})
	Register(a, Op{
		ID: "end-support-check", Method: http.MethodPost, Path: "/support-checks/{id}/end", Capability: "support.check", Tag: "support",
		Summary: "提前结束一条核验", SummaryEn: "End a check before its time",
	}, func(ctx context.Context, in *reason) (*struct{ Body supportCheck }, error) {
		c, err := a.deps.Corner.End(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body supportCheck }{a.fromCheck(ctx, *c)}, nil
	})
}

// listOf reads a page of what belongs to customers by id, newest first, and turns it into a list.
func listOf[D, R any](ctx context.Context, p Paging, read func(ctx context.Context, q corner.Query) ([]D, int64, error), id func(D) string, record func(D) R) (*struct{ Body List[R] }, error) {
	after, err := DecodeCursor(p.Cursor, 1)
	if err != nil {
		return nil, err
	}
	q := corner.Query{Limit: p.Limit + 1}
	if after != nil {
		q.Cursor = after[0]
	}
	rows, total, err := read(ctx, q)
	if err != nil {
		return nil, err
	}
	rows, next := CutPage(rows, p.Limit, func(d D) []string { return []string{id(d)} })
	return &struct{ Body List[R] }{NewList(Convert(rows, record), next, total)}, nil
}
