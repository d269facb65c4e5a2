package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/leak"
)

type leakRecord struct {
	ID           string          `json:"id"`
	Number       string          `json:"number"`
	State        leak.State      `json:"state" enum:"open,contained,closing,closed"`
	Severity     leak.Severity   `json:"severity" enum:"general,large"`
	Title        string          `json:"title"`
	Description  string          `json:"description"`
	NoticedAt    caldate.Instant `json:"noticed_at"`
	FromDay      caldate.Date    `json:"from_day"`
	ToDay        caldate.Date    `json:"to_day"`
	DataKinds    []string        `json:"data_kinds"`
	People       int64           `json:"people" doc:"Persons whose data it is; 0: not known yet."`
	Cause        string          `json:"cause"`
	Harm         string          `json:"harm"`
	Measures     string          `json:"measures"`
	RecorderName string          `json:"recorded_by_name"`
	RecordedAt   caldate.Instant `json:"recorded_at"`
	ContainedAt  caldate.Instant `json:"contained_at"`
	Outcome      leak.Outcome    `json:"outcome" enum:",real,none"`
	Conclusion   string          `json:"conclusion"`
	AskerName    string          `json:"asked_by_name"`
	AskedAt      caldate.Instant `json:"asked_at"`
	CloserName   string          `json:"closed_by_name"`
	ClosedAt     caldate.Instant `json:"closed_at"`
	ClosingNote  string          `json:"closing_note"`
	Version      int64           `json:"version"`
	Duties       []leakDuty      `json:"duties"`
	Files        []fileRef       `json:"files" doc:"Evidence; only on the leak's own page."`
	Actions      []string        `json:"available_actions"`
}

type leakDuty struct {
	ID           string          `json:"id"`
	Kind         leak.DutyKind   `json:"kind" enum:"authority,customer,persons,summary"`
	CustomerID   string          `json:"customer_id"`
	CustomerName string          `json:"customer_name"`
	People       int64           `json:"people"`
	State        leak.DutyState  `json:"state" enum:"due,done,waived"`
	DueAt        caldate.Instant `json:"due_at"`
	Late         bool            `json:"late"`
	Basis        string          `json:"basis"`
	DoneAt       caldate.Instant `json:"done_at"`
	DoerName     string          `json:"done_by_name"`
	Told         string          `json:"told"`
	Way          string          `json:"way"`
	Reference    string          `json:"reference"`
	Reason       string          `json:"reason"`
	DocumentID   string          `json:"document_id"`
	Proof        leak.Proof      `json:"proof"`
	Reached      bool            `json:"reached" doc:"Something shows that the customer's notice arrived."`
}

// neededOnLeak is the capability that each act on a leak asks for.
var neededOnLeak = map[string]string{"edit": "leak.write", "contain": "leak.write", "tell": "leak.write", "duty": "leak.write", "ask_close": "leak.write", "decide_close": "leak.close"}

func fromLeak(ctx context.Context, l *leak.Leak) leakRecord {
	out := leakRecord{l.ID, l.Number, l.State, l.Severity, l.Title, l.Description, l.NoticedAt, l.FromDay, l.ToDay, l.DataKinds, l.People, l.Cause, l.Harm, l.Measures, l.RecorderName, l.RecordedAt,
		l.ContainedAt, l.Outcome, l.Conclusion, l.AskerName, l.AskedAt, l.CloserName, l.ClosedAt, l.ClosingNote, l.Version, []leakDuty{}, []fileRef{}, []string{}}
	for _, act := range l.Actions(actor.From(ctx).UserID) {
		if Can(ctx, neededOnLeak[act]) {
			out.Actions = append(out.Actions, act)
		}
	}
	return out
}

func (a *API) withDuties(ctx context.Context, l *leak.Leak) (leakRecord, error) {
	out := fromLeak(ctx, l)
	ds, err := a.deps.Leaks.Duties(ctx, l.ID)
	if err != nil {
		return out, err
	}
	now := a.deps.Clock.Instant()
	out.Duties = Convert(ds, func(d leak.Duty) leakDuty {
		return leakDuty{d.ID, d.Kind, d.CustomerID, d.CustomerName, d.People, d.State, d.DueAt, d.Late(now), d.Basis, d.DoneAt, d.DoerName, d.Told, d.Way, d.Reference, d.Reason, d.DocumentID, d.Proof, d.Proof.Reached()}
	})
	return out, nil
}

func (a *API) oneLeak(ctx context.Context, l *leak.Leak, err error) (*struct{ Body leakRecord }, error) {
	if err != nil {
		return nil, err
	}
	out, err := a.withDuties(ctx, l)
	if err != nil {
		return nil, err
	}
	files, err := a.deps.Documents.Of(ctx, "leak", l.ID)
	if err != nil {
		return nil, err
	}
	out.Files = Convert(files, toFile)
	return &struct{ Body leakRecord }{out}, nil
}

type leakCustomer struct {
	CustomerID string `json:"customer_id" maxLength:"32"`
	People     int64  `json:"people,omitempty" minimum:"0"`
}

type leakFacts struct {
	Severity    leak.Severity   `json:"severity" enum:"general,large"`
	Title       string          `json:"title" maxLength:"200"`
	Description string          `json:"description" maxLength:"8000"`
	NoticedAt   caldate.Instant `json:"noticed_at"`
	FromDay     caldate.Date    `json:"from_day,omitempty"`
	ToDay       caldate.Date    `json:"to_day,omitempty"`
	DataKinds   []string        `json:"data_kinds" maxItems:"20" doc:"phones, contents, names, identity, contacts, accounts, licences, bills."`
	People      int64           `json:"people,omitempty" minimum:"0"`
	Cause       string          `json:"cause,omitempty" maxLength:"2000"`
	Harm        string          `json:"harm" maxLength:"2000"`
	Measures    string          `json:"measures" maxLength:"8000"`
	Customers   []leakCustomer  `json:"customers,omitempty" maxItems:"500"`
}

func (b leakFacts) facts() leak.Facts {
	return leak.Facts{Severity: b.Severity, Title: b.Title, Description: b.Description, NoticedAt: b.NoticedAt, FromDay: b.FromDay, ToDay: b.ToDay, DataKinds: b.DataKinds, People: b.People,
		Cause: b.Cause, Harm: b.Harm, Measures: b.Measures, Customers: Convert(b.Customers, func(c leakCustomer) leak.Affected { return leak.Affected(c) })}
}

type leakTelling struct {
	At         caldate.Instant `json:"at"`
	Told       string          `json:"told" maxLength:"200" doc:"Name of the authority, or of who took it."`
	Way        string          `json:"way" maxLength:"400"`
	Reference  string          `json:"reference,omitempty" maxLength:"200"`
	DocumentID string          `json:"document_id" maxLength:"32" doc:"The proof."`
}

type newDeadline struct {
	Duty     leak.DutyKind `json:"duty" enum:"authority,customer,persons,summary"`
	Severity leak.Severity `json:"severity" enum:"general,large"`
	Hours    int64         `json:"hours"`
	Basis    string        `json:"basis" maxLength:"400"`
}

// leakAct is a POST on one leak.
func leakAct[B any](a *API, name, capability, zh, en string, act func(ctx context.Context, id string, b B) (*leak.Leak, error)) {
	Register(a, Op{ID: name + "-leak", Method: http.MethodPost, Path: "/leaks/{id}/" + name, Capability: capability, Tag: "leak", Summary: zh, SummaryEn: en}, func(ctx context.Context, in *struct {
		ByID
		Body B
	},
	) (*struct{ Body leakRecord }, error) {
		l, err := act(ctx, in.ID, in.Body)
		return a.oneLeak(ctx, l, err)
	})
}

func (a *API) leaks() {
	Register(a, Op{
		ID: "list-leaks", Method: http.MethodGet, Path: "/leaks", Capability: "leak.read", Tag: "leak", Summary: "数据泄露事件，最新的在前", SummaryEn: "Leaks of data, the newest first",
	}, func(ctx context.Context, in *struct{ Page }) (*struct{ Body List[leakRecord] }, error) {
		after, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		only, err := states(in.InStates, leak.States())
		if err != nil {
			return nil, err
		}
		q := leak.Query{States: only, Search: in.Q, Limit: in.Limit + 1}
		if after != nil {
			q.Cursor = after[0]
		}
		ls, n, err := a.deps.Leaks.List(ctx, q)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(ls, in.Limit, func(l leak.Leak) []string { return []string{l.ID} })
		out := make([]leakRecord, len(page))
		for i := range page {
			if out[i], err = a.withDuties(ctx, &page[i]); err != nil {
				return nil, err
			}
		}
		return &struct{ Body List[leakRecord] }{NewList(out, next, n)}, nil
	})
	Register(a, Op{
		ID: "record-leak", Method: http.MethodPost, Path: "/leaks", Capability: "leak.write", Tag: "leak", Status: http.StatusCreated, Summary: "登记数据泄露事件：各项时限自发现时起算", SummaryEn: "Record a leak of data: the clocks run from its noticing",
	}, func(ctx context.Context, in *struct{ Body leakFacts }) (*struct{ Body leakRecord }, error) {
		l, err := a.deps.Leaks.Record(ctx, in.Body.facts())
		return a.oneLeak(ctx, l, err)
	})
	Register(a, Op{
		ID: "get-leak", Method: http.MethodGet, Path: "/leaks/{id}", Capability: "leak.read", Tag: "leak", Summary: "数据泄露事件", SummaryEn: "A leak of data",
	}, func(ctx context.Context, in *ByID) (*struct{ Body leakRecord }, error) {
		l, err := a.deps.Leaks.Get(ctx, in.ID)
		return a.oneLeak(ctx, l, err)
	})
	Register(a, Op{
		ID: "amend-leak", Method: http.MethodPut, Path: "/leaks/{id}", Capability: "leak.write", Tag: "leak", Summary: "补充或更正事件情况", SummaryEn: "Write what has come to be known",
	}, func(ctx context.Context, in *struct {
		ByID
		Version int64 `query:"version" minimum:"1" doc:"Of the record that is changed."`
		Body    leakFacts
	},
	) (*struct{ Body leakRecord }, error) {
		l, err := a.deps.Leaks.Amend(ctx, in.ID, in.Body.facts(), in.Version)
		return a.oneLeak(ctx, l, err)
	})
	a.leakActs()
	a.leakDeadlines()
}

func (a *API) leakActs() {
	leakAct(a, "contain", "leak.write", "已控制：泄露不再继续", "Nothing gets out any more", func(ctx context.Context, id string, b struct {
		Measures string `json:"measures" maxLength:"8000"`
	},
	) (*leak.Leak, error) {
		return a.deps.Leaks.Contain(ctx, id, b.Measures)
	})
	leakAct(a, "tell-customers", "leak.write", "通知全部尚未通知的受影响客户", "Tell every customer that was not told yet", func(ctx context.Context, id string, _ struct{}) (*leak.Leak, error) {
		return a.deps.Leaks.TellCustomers(ctx, id)
	})
	leakAct(a, "add-file", "leak.write", "添加证据文件", "Add a file of evidence", func(ctx context.Context, id string, b struct {
		DocumentID string `json:"document_id" maxLength:"32"`
	},
	) (*leak.Leak, error) {
		return a.deps.Leaks.AddFile(ctx, id, b.DocumentID)
	})
	leakAct(a, "ask-close", "leak.write", "提请办结", "Ask to close it", func(ctx context.Context, id string, b struct {
		Outcome    leak.Outcome `json:"outcome" doc:"real or none."`
		Conclusion string       `json:"conclusion" maxLength:"8000"`
	},
	) (*leak.Leak, error) {
		return a.deps.Leaks.AskClose(ctx, id, b.Outcome, b.Conclusion)
	})
	leakAct(a, "decide-close", "leak.close", "批准办结或退回（另一人）", "Close it or send it back; another person", func(ctx context.Context, id string, b struct {
		Approve bool   `json:"approve"`
		Note    string `json:"note" maxLength:"2000"`
	},
	) (*leak.Leak, error) {
		return a.deps.Leaks.DecideClose(ctx, id, b.Approve, b.Note)
	})
	Register(a, Op{
		ID: "meet-leak-duty", Method: http.MethodPost, Path: "/leaks/{id}/duties/{duty}/meet", Capability: "leak.write", Tag: "leak", Summary: "登记已报告或已通知及凭证", SummaryEn: "Note that somebody was told, with the proof",
	}, func(ctx context.Context, in *struct {
		ByID
		Duty string `path:"duty" maxLength:"32"`
		Body leakTelling
	},
	) (*struct{ Body leakRecord }, error) {
		l, err := a.deps.Leaks.Meet(ctx, in.ID, in.Duty, leak.Telling(in.Body))
		return a.oneLeak(ctx, l, err)
	})
	Register(a, Op{
		ID: "waive-leak-duty", Method: http.MethodPost, Path: "/leaks/{id}/duties/{duty}/waive", Capability: "leak.write", Tag: "leak", Summary: "对个人的通知可以不发（已有效避免危害）", SummaryEn: "Persons need not be told: the harm was averted",
	}, func(ctx context.Context, in *struct {
		ByID
		Duty string `path:"duty" maxLength:"32"`
		Body struct {
			Reason string `json:"reason" maxLength:"1000"`
		}
	},
	) (*struct{ Body leakRecord }, error) {
		l, err := a.deps.Leaks.Waive(ctx, in.ID, in.Duty, in.Body.Reason)
		return a.oneLeak(ctx, l, err)
	})
}

func (a *API) leakDeadlines() {
	Register(a, Op{
		ID: "list-leak-deadlines", Method: http.MethodGet, Path: "/leak-deadlines", Capability: "leak.read", Tag: "leak", Summary: "报告和通知的时限", SummaryEn: "Deadlines of telling",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[leak.Deadline] }, error) {
		all, err := a.deps.Leaks.Deadlines(ctx)
		return &struct{ Body List[leak.Deadline] }{NewList(all, "", int64(len(all)))}, err
	})
	Register(a, Op{
		ID: "set-leak-deadlines", Method: http.MethodPut, Path: "/leak-deadlines", Capability: "leak.rules", Tag: "leak", Summary: "设定时限（自某日起）", SummaryEn: "Set the deadlines from a day on",
	}, func(ctx context.Context, in *struct {
		Body struct {
			From      caldate.Date  `json:"from"`
			Reason    string        `json:"reason" maxLength:"400"`
			Deadlines []newDeadline `json:"deadlines" maxItems:"8"`
		}
	},
	) (*struct{ Body List[leak.Deadline] }, error) {
		lines := Convert(in.Body.Deadlines, func(d newDeadline) leak.Deadline {
			return leak.Deadline{Duty: d.Duty, Severity: d.Severity, Hours: d.Hours, Basis: d.Basis}
		})
		all, err := a.deps.Leaks.SetDeadlines(ctx, in.Body.From, lines, in.Body.Reason)
		return &struct{ Body List[leak.Deadline] }{NewList(all, "", int64(len(all)))}, err
	})
}
