package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/maintenance"
	"sealgate/server/money"
)

// MaintenanceBase is what every record of maintenance shows first.
type MaintenanceBase struct {
	ID             string          `json:"id"`
	Number         string          `json:"number"`
	ContractID     string          `json:"contract_id"`
	ContractNumber string          `json:"contract_number"`
	CustomerID     string          `json:"customer_id"`
	CustomerName   string          `json:"customer_name"`
	CreatedByName  string          `json:"created_by_name"`
	CreatedAt      caldate.Instant `json:"created_at"`
	Actions        []string        `json:"available_actions"`
}

// fromBase gives the common fields; may maps each act to the capability that it needs.
func fromBase(ctx context.Context, b maintenance.Base, acts map[string]string, order ...string) MaintenanceBase {
	out := MaintenanceBase{b.ID, b.Number, b.ContractID, b.ContractNumber, b.CustomerID, b.CustomerName, b.CreatorName, b.CreatedAt, []string{}}
	for _, act := range order {
		if Can(ctx, acts[act]) {
			out.Actions = append(out.Actions, act)
		}
	}
	return out
}

type serverSheet struct {
	ID         string               `json:"id"`
	Version    int                  `json:"version"`
	Servers    []maintenance.Server `json:"servers"`
	Reason     string               `json:"reason"`
	MadeOn     caldate.Date         `json:"made_on"`
	MadeByName string               `json:"made_by_name"`
	DocumentID string               `json:"document_id" doc:"The sheet as PDF."`
}

func fromServerSheet(x maintenance.Sheet) serverSheet {
	return serverSheet{x.ID, x.SheetVersion, x.Servers, x.Reason, x.MadeOn, x.MakerName, x.DocumentID}
}

type changeRequest struct {
	MaintenanceBase
	State        maintenance.RequestState `json:"state" enum:"received,answered,refused,agreed,declined,done,withdrawn"`
	Title        string                   `json:"title"`
	Text         string                   `json:"text"`
	Channel      maintenance.Channel      `json:"channel" enum:"letter,email,portal"`
	ReceivedOn   caldate.Date             `json:"received_on"`
	WantedBy     caldate.Date             `json:"wanted_by"`
	DocumentID   string                   `json:"document_id"`
	AnswerDays   int                      `json:"answer_days" doc:"Working days of the contract."`
	DueOn        caldate.Date             `json:"due_on" doc:"Last day on which an answer is in time."`
	Late         bool                     `json:"late"`
	ExtendTo     caldate.Date             `json:"extend_to" doc:"A longer time that was asked for and waits for the customer."`
	ExtendReason string                   `json:"extend_reason"`
	ExtendedBy   string                   `json:"extended_by"`
	Answer       string                   `json:"answer"`
	FeeFen       money.Fen                `json:"fee_fen"`
	WorkDays     int                      `json:"work_days"`
	AnsweredOn   caldate.Date             `json:"answered_on"`
	AnsweredBy   string                   `json:"answered_by"`
	DecidedOn    caldate.Date             `json:"decided_on"`
	DecidedNote  string                   `json:"decided_note"`
	DoneOn       caldate.Date             `json:"done_on"`
	DoneNote     string                   `json:"done_note"`
}

var requestActs = map[string]string{
	"answer": "maintenance.work", "ask_longer": "maintenance.work", "agree_longer": "maintenance.agree", "decide": "maintenance.agree", "finish": "maintenance.work", "withdraw": "maintenance.ask",
}

func (a *API) fromRequest(ctx context.Context) func(maintenance.Request) changeRequest {
	today := a.deps.Clock.Today()
	return func(r maintenance.Request) changeRequest {
		var may []string
		switch r.State {
		case maintenance.Received:
			if may = []string{"answer", "withdraw"}; !today.After(r.DueOn) {
				may = append(may, "ask_longer")
			}
			if !r.ExtendTo.IsZero() {
				may = append(may, "agree_longer")
			}
		case maintenance.Answered:
			may = []string{"decide", "withdraw"}
		case maintenance.Agreed:
			may = []string{"finish", "withdraw"}
		}
		return changeRequest{fromBase(ctx, r.Base, requestActs, may...), r.State, r.Title, r.Text, r.Channel, r.ReceivedOn, r.WantedBy, r.DocumentID, r.AnswerDays, r.DueOn, r.Late(today), r.ExtendTo, r.ExtendReason,
			r.ExtendedBy, r.Answer, r.FeeFen, r.WorkDays, r.AnsweredOn, r.AnsweredBy, r.DecidedOn, r.DecidedNote, r.DoneOn, r.DoneNote}
	}
}

type maintenanceVisit struct {
	MaintenanceBase
	State        maintenance.VisitState `json:"state" enum:"planned,reported,confirmed,objected,cancelled"`
	Purpose      string                 `json:"purpose"`
	OriginNumber string                 `json:"origin_number"`
	PlannedOn    caldate.Date           `json:"planned_on"`
	VisitOn      caldate.Date           `json:"visit_on"`
	Arrived      string                 `json:"arrived"`
	Left         string                 `json:"left"`
	Engineer     string                 `json:"engineer"`
	Work         []maintenance.Work     `json:"work"`
	Result       string                 `json:"result"`
	Leftover     string                 `json:"leftover"`
	FeeFen       money.Fen              `json:"fee_fen"`
	FeeNote      string                 `json:"fee_note"`
	ConfirmBy    caldate.Date           `json:"confirm_by" doc:"Silence until the end of this day confirms the report."`
	ConfirmedOn  caldate.Date           `json:"confirmed_on"`
	Silent       bool                   `json:"silent"`
	Note         string                 `json:"note"`
	DocumentID   string                 `json:"document_id" doc:"The report as PDF."`
}

var visitActs = map[string]string{"report": "maintenance.work", "cancel": "maintenance.work", "confirm": "maintenance.agree"}

func fromVisit(ctx context.Context) func(maintenance.Visit) maintenanceVisit {
	return func(v maintenance.Visit) maintenanceVisit {
		may := map[maintenance.VisitState][]string{maintenance.Planned: {"report", "cancel"}, maintenance.Reported: {"confirm"}, maintenance.Objected: {"report"}}[v.State]
		return maintenanceVisit{fromBase(ctx, v.Base, visitActs, may...), v.State, v.Purpose, v.OriginNumber, v.PlannedOn, v.VisitOn, v.Arrived, v.LeftAt, v.Engineer, v.Work, v.Result, v.Leftover, v.FeeFen, v.FeeNote,
			v.ConfirmBy, v.ConfirmedOn, v.Silent, v.Note, v.DocumentID}
	}
}

type maintenanceIncident struct {
	MaintenanceBase
	State       maintenance.IncidentState `json:"state" enum:"open,accepted,resolved,closed"`
	Title       string                    `json:"title"`
	Text        string                    `json:"text"`
	Object      string                    `json:"object"`
	ReportedAt  caldate.Instant           `json:"reported_at"`
	RespondBy   caldate.Instant           `json:"respond_by" doc:"Within the support hours."`
	Late        bool                      `json:"late"`
	RespondedAt caldate.Instant           `json:"responded_at"`
	Responder   string                    `json:"responder"`
	ResolvedAt  caldate.Instant           `json:"resolved_at"`
	Cause       string                    `json:"cause"`
	Prevention  string                    `json:"prevention"`
	Reopened    int                       `json:"reopened"`
}

var incidentActs = map[string]string{"accept": "maintenance.work", "resolve": "maintenance.work", "close": "maintenance.agree", "reopen": "maintenance.agree"}

func (a *API) fromIncident(ctx context.Context) func(maintenance.Incident) maintenanceIncident {
	now := a.deps.Clock.Instant()
	return func(i maintenance.Incident) maintenanceIncident {
		may := map[maintenance.IncidentState][]string{maintenance.Open: {"accept"}, maintenance.Accepted: {"resolve"}, maintenance.Resolved: {"close", "reopen"}}[i.State]
		return maintenanceIncident{fromBase(ctx, i.Base, incidentActs, may...), i.State, i.Title, i.Text, i.Object, i.ReportedAt, i.RespondBy, i.Late(now), i.RespondedAt, i.Responder, i.ResolvedAt, i.Cause, i.Prevention, i.Reopened}
	}
}

type serviceRecord struct {
	MaintenanceBase
	Kind        maintenance.RecordKind  `json:"kind" enum:"delivery,installation,training,upgrade,support"`
	State       maintenance.RecordState `json:"state" enum:"recorded,accepted,objected"`
	On          caldate.Date            `json:"on"`
	Title       string                  `json:"title"`
	Text        string                  `json:"text"`
	Who         string                  `json:"who"`
	DocumentID  string                  `json:"document_id"`
	DecidedOn   caldate.Date            `json:"decided_on"`
	DecidedNote string                  `json:"decided_note"`
}

func fromServiceRecord(ctx context.Context) func(maintenance.Record) serviceRecord {
	return func(r maintenance.Record) serviceRecord {
		var may []string
		if r.State != maintenance.AcceptedRecord {
			may = []string{"accept"}
		}
		return serviceRecord{fromBase(ctx, r.Base, map[string]string{"accept": "maintenance.agree"}, may...), r.Kind, r.State, r.OnDate, r.Title, r.Text, r.Who, r.DocumentID, r.DecidedOn, r.DecidedNote}
	}
}

// InMaintenance narrows the lists of maintenance.
type InMaintenance struct {
	StatePage
	ContractID string `query:"contract_id" maxLength:"32"`
}

// maintenanceList answers one of these lists.
func maintenanceList[F any, T any, S ~string](in InMaintenance, known []S, list func(q maintenance.Query) ([]F, int64, error), id func(F) string, convert func(F) T) (*struct{ Body List[T] }, error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	only, err := textStates(in.InStates, known)
	if err != nil {
		return nil, err
	}
	rows, n, err := list(maintenance.Query{ContractID: in.ContractID, States: only, Cursor: after, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	page, next := CutPage(rows, in.Limit, func(x F) []string { return []string{id(x)} })
	return &struct{ Body List[T] }{NewList(Convert(page, convert), next, n)}, nil
}

// converted answers with one record.
func converted[F, T any](x *F, err error, convert func(F) T) (*struct{ Body T }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body T }{convert(*x)}, nil
}

// WithNote is a body with a word.
type WithNote struct {
	ByID
	Body struct {
		Note string `json:"note" maxLength:"1000"`
	}
}

// WithWord is a decision with a word.
type WithWord struct {
	ByID
	Body struct {
		Yes  bool   `json:"yes"`
		Note string `json:"note,omitempty" maxLength:"1000" doc:"Why not; of our own people: how the customer said so."`
	}
}

func (a *API) maintenances() {
	m := func() *maintenance.Service { return a.deps.Maintenance }
	Register(a, Op{
		ID: "list-server-sheets", Method: http.MethodGet, Path: "/contracts/{id}/server-sheets", Capability: "maintenance.read", Tag: "maintenance",
		Summary: "服务器资料表的各个版本，最新的在前", SummaryEn: "Versions of the server data sheet, newest first",
	}, func(ctx context.Context, in *ByID) (*struct{ Body List[serverSheet] }, error) {
		rows, err := m().Sheets(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[serverSheet] }{NewList(Convert(rows, fromServerSheet), "", int64(len(rows)))}, nil
	})
	Register(a, Op{
		ID: "save-server-sheet", Method: http.MethodPost, Path: "/contracts/{id}/server-sheets", Capability: "maintenance.work", Tag: "maintenance", Status: http.StatusCreated,
		Summary: "保存服务器资料表的新版本", SummaryEn: "Make the next version of the server data sheet",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Servers []maintenance.Server `json:"servers"`
			Reason  string               `json:"reason,omitempty" maxLength:"1000"`
		}
	},
	) (*struct{ Body serverSheet }, error) {
		x, err := m().SaveSheet(ctx, in.ID, in.Body.Servers, in.Body.Reason)
		return converted(x, err, fromServerSheet)
	})
	RegisterRaw(a, Op{
		ID: "get-maintenance-report", Method: http.MethodGet, Path: "/contracts/{id}/maintenance-report", Capability: "maintenance.read", Tag: "maintenance", Produces: "application/pdf", Query: []string{"from", "to"},
		Summary: "某一期间的维护工作报告 PDF", SummaryEn: "The maintenance report of a period, as PDF",
	}, func(c *gin.Context) error {
		if _, err := a.deps.Contracts.Get(c.Request.Context(), c.Param("id")); err != nil {
			return err
		}
		var days [2]caldate.Date
		for i, name := range []string{"from", "to"} {
			d, err := caldate.Parse(c.Query(name))
			if err != nil {
				return maintenance.ErrInvalid.At(name, "date", "没有这一天：请写成 2026-11-21 这样的日期", "no such day: write a date such as 2026-11-21")
			}
			days[i] = d
		}
		name, pdf, err := m().Period(c.Request.Context(), c.Param("id"), days[0], days[1])
		if err != nil {
			return err
		}
		return writePDF(c, name, pdf)
	})
	a.changeRequests()
	a.maintenanceVisits()
	a.maintenanceIncidents()
	a.serviceRecords()
}

func (a *API) changeRequests() {
	m := func() *maintenance.Service { return a.deps.Maintenance }
	Register(a, Op{
		ID: "list-change-requests", Method: http.MethodGet, Path: "/change-requests", Capability: "maintenance.read", Tag: "maintenance",
		Summary: "维护合同的变更申请", SummaryEn: "Change requests of maintenance agreements",
	}, func(ctx context.Context, in *InMaintenance) (*struct{ Body List[changeRequest] }, error) {
		return maintenanceList(*in, maintenance.RequestStates(), func(q maintenance.Query) ([]maintenance.Request, int64, error) { return m().Requests(ctx, q) },
			func(r maintenance.Request) string { return r.ID }, a.fromRequest(ctx))
	})
	Register(a, Op{
		ID: "ask-change", Method: http.MethodPost, Path: "/contracts/{id}/change-requests", Capability: "maintenance.ask", Tag: "maintenance", Status: http.StatusCreated,
		Summary: "提出变更申请；三个工作日的答复期限随即起算", SummaryEn: "Ask for a change: the clock of working days begins",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Title      string              `json:"title" maxLength:"500"`
			Text       string              `json:"text" maxLength:"5000"`
			Channel    maintenance.Channel `json:"channel,omitempty" doc:"letter or email, with the original; a customer's own comes by portal."`
			ReceivedOn caldate.Date        `json:"received_on,omitempty" doc:"Of a letter or mail; today where left out."`
			WantedBy   caldate.Date        `json:"wanted_by,omitempty"`
			DocumentID string              `json:"attachment_id,omitempty" maxLength:"32"`
		}
	},
	) (*struct{ Body changeRequest }, error) {
		b := in.Body
		x, err := m().Ask(ctx, in.ID, maintenance.Ask{Title: b.Title, Text: b.Text, Channel: b.Channel, ReceivedOn: b.ReceivedOn, WantedBy: b.WantedBy, DocumentID: b.DocumentID})
		return converted(x, err, a.fromRequest(ctx))
	})
	Register(a, Op{
		ID: "answer-change", Method: http.MethodPost, Path: "/change-requests/{id}/answer", Capability: "maintenance.work", Tag: "maintenance",
		Summary: "答复变更申请：可行与否、工期、费用", SummaryEn: "Answer a change request: feasible or not, how long, what it costs",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Feasible bool   `json:"feasible"`
			Text     string `json:"text" maxLength:"5000"`
			FeeFen   int64  `json:"fee_fen,omitempty"`
			WorkDays int    `json:"work_days,omitempty"`
		}
	},
	) (*struct{ Body changeRequest }, error) {
		x, err := m().Answer(ctx, in.ID, maintenance.Answer{Feasible: in.Body.Feasible, Text: in.Body.Text, Fee: money.Fen(in.Body.FeeFen), WorkDays: in.Body.WorkDays})
		return converted(x, err, a.fromRequest(ctx))
	})
	Register(a, Op{
		ID: "ask-longer", Method: http.MethodPost, Path: "/change-requests/{id}/extension", Capability: "maintenance.work", Tag: "maintenance",
		Summary: "大型变更：申请延长答复期限", SummaryEn: "Ask for a longer time to answer a large change",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Until  caldate.Date `json:"until"`
			Reason string       `json:"reason" maxLength:"1000"`
		}
	},
	) (*struct{ Body changeRequest }, error) {
		x, err := m().AskLonger(ctx, in.ID, in.Body.Until, in.Body.Reason)
		return converted(x, err, a.fromRequest(ctx))
	})
	for _, op := range []struct {
		id, path, zh, en string
		act              func(ctx context.Context, id string, yes bool, note string) (*maintenance.Request, error)
	}{
		{"agree-longer", "/change-requests/{id}/extension/decision", "客户是否同意延长答复期限", "Whether the customer agrees to the longer time", func(ctx context.Context, id string, yes bool, note string) (*maintenance.Request, error) {
			return m().AgreeLonger(ctx, id, yes, note)
		}},
		{"decide-change", "/change-requests/{id}/decision", "客户是否同意按答复实施", "Whether the customer wants the change as answered", func(ctx context.Context, id string, yes bool, note string) (*maintenance.Request, error) {
			return m().Decide(ctx, id, yes, note)
		}},
	} {
		Register(a, Op{ID: op.id, Method: http.MethodPost, Path: op.path, Capability: "maintenance.agree", Tag: "maintenance", Summary: op.zh, SummaryEn: op.en},
			func(ctx context.Context, in *WithWord) (*struct{ Body changeRequest }, error) {
				x, err := op.act(ctx, in.ID, in.Body.Yes, in.Body.Note)
				return converted(x, err, a.fromRequest(ctx))
			})
	}
	Register(a, Op{
		ID: "finish-change", Method: http.MethodPost, Path: "/change-requests/{id}/finish", Capability: "maintenance.work", Tag: "maintenance",
		Summary: "变更已实施；费用列入下一张账单", SummaryEn: "The change was made; its fee goes on the next bill",
	}, func(ctx context.Context, in *WithNote) (*struct{ Body changeRequest }, error) {
		x, err := m().Finish(ctx, in.ID, in.Body.Note)
		return converted(x, err, a.fromRequest(ctx))
	})
	Register(a, Op{
		ID: "withdraw-change", Method: http.MethodPost, Path: "/change-requests/{id}/withdraw", Capability: "maintenance.ask", Tag: "maintenance",
		Summary: "撤回变更申请", SummaryEn: "Take a change request back",
	}, func(ctx context.Context, in *WithNote) (*struct{ Body changeRequest }, error) {
		x, err := m().Withdraw(ctx, in.ID, in.Body.Note)
		return converted(x, err, a.fromRequest(ctx))
	})
}

func (a *API) maintenanceVisits() {
	m := func() *maintenance.Service { return a.deps.Maintenance }
	Register(a, Op{
		ID: "list-maintenance-visits", Method: http.MethodGet, Path: "/maintenance-visits", Capability: "maintenance.read", Tag: "maintenance",
		Summary: "上门服务及其报告", SummaryEn: "Visits with their reports",
	}, func(ctx context.Context, in *InMaintenance) (*struct{ Body List[maintenanceVisit] }, error) {
		return maintenanceList(*in, maintenance.VisitStates(), func(q maintenance.Query) ([]maintenance.Visit, int64, error) { return m().Visits(ctx, q) },
			func(v maintenance.Visit) string { return v.ID }, fromVisit(ctx))
	})
	Register(a, Op{
		ID: "plan-visit", Method: http.MethodPost, Path: "/contracts/{id}/maintenance-visits", Capability: "maintenance.work", Tag: "maintenance", Status: http.StatusCreated,
		Summary: "计划一次上门服务", SummaryEn: "Plan a visit",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			PlannedOn caldate.Date `json:"planned_on"`
			Purpose   string       `json:"purpose" maxLength:"1000"`
			Engineer  string       `json:"engineer" maxLength:"500"`
			OriginID  string       `json:"origin_id,omitempty" maxLength:"32" doc:"The change request or incident that it belongs to."`
		}
	},
	) (*struct{ Body maintenanceVisit }, error) {
		x, err := m().Plan(ctx, in.ID, maintenance.Trip{PlannedOn: in.Body.PlannedOn, Purpose: in.Body.Purpose, Engineer: in.Body.Engineer, OriginID: in.Body.OriginID})
		return converted(x, err, fromVisit(ctx))
	})
	Register(a, Op{
		ID: "report-visit", Method: http.MethodPost, Path: "/maintenance-visits/{id}/report", Capability: "maintenance.work", Tag: "maintenance",
		Summary: "提交上门服务报告，生成 PDF 交客户确认", SummaryEn: "Report a visit: the paper goes to the customer, whose silence of three working days confirms it",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			On       caldate.Date       `json:"on"`
			Arrived  string             `json:"arrived" maxLength:"20"`
			Left     string             `json:"left" maxLength:"20"`
			Engineer string             `json:"engineer" maxLength:"500"`
			Work     []maintenance.Work `json:"work"`
			Result   string             `json:"result" maxLength:"5000"`
			Leftover string             `json:"leftover,omitempty" maxLength:"5000"`
		}
	},
	) (*struct{ Body maintenanceVisit }, error) {
		b := in.Body
		x, err := m().Report(ctx, in.ID, maintenance.Outcome{On: b.On, Arrived: b.Arrived, LeftAt: b.Left, Engineer: b.Engineer, Work: b.Work, Result: b.Result, Leftover: b.Leftover})
		return converted(x, err, fromVisit(ctx))
	})
	Register(a, Op{
		ID: "confirm-visit", Method: http.MethodPost, Path: "/maintenance-visits/{id}/confirmation", Capability: "maintenance.agree", Tag: "maintenance",
		Summary: "确认上门服务报告，或者提出异议", SummaryEn: "Confirm a visit's report, or object to it",
	}, func(ctx context.Context, in *WithWord) (*struct{ Body maintenanceVisit }, error) {
		x, err := m().Confirm(ctx, in.ID, in.Body.Yes, in.Body.Note)
		return converted(x, err, fromVisit(ctx))
	})
	Register(a, Op{
		ID: "cancel-visit", Method: http.MethodPost, Path: "/maintenance-visits/{id}/cancel", Capability: "maintenance.work", Tag: "maintenance",
		Summary: "取消计划的上门服务", SummaryEn: "Call a planned visit off",
	}, func(ctx context.Context, in *WithNote) (*struct{ Body maintenanceVisit }, error) {
		x, err := m().Cancel(ctx, in.ID, in.Body.Note)
		return converted(x, err, fromVisit(ctx))
	})
}

func (a *API) maintenanceIncidents() {
	m := func() *maintenance.Service { return a.deps.Maintenance }
	Register(a, Op{
		ID: "list-incidents", Method: http.MethodGet, Path: "/maintenance-incidents", Capability: "maintenance.read", Tag: "maintenance",
		Summary: "故障单", SummaryEn: "Incidents of maintenance agreements",
	}, func(ctx context.Context, in *InMaintenance) (*struct{ Body List[maintenanceIncident] }, error) {
		return maintenanceList(*in, maintenance.IncidentStates(), func(q maintenance.Query) ([]maintenance.Incident, int64, error) { return m().Incidents(ctx, q) },
			func(i maintenance.Incident) string { return i.ID }, a.fromIncident(ctx))
	})
	Register(a, Op{
		ID: "raise-incident", Method: http.MethodPost, Path: "/contracts/{id}/maintenance-incidents", Capability: "maintenance.ask", Tag: "maintenance", Status: http.StatusCreated,
		Summary: "报告故障", SummaryEn: "Report an incident: it is answered within the support hours of the contract",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Title      string          `json:"title" maxLength:"500"`
			Text       string          `json:"text" maxLength:"5000"`
			Object     string          `json:"object,omitempty" maxLength:"200"`
			ReportedAt caldate.Instant `json:"reported_at,omitempty" doc:"Of a call that our people note; now where left out."`
		}
	},
	) (*struct{ Body maintenanceIncident }, error) {
		x, err := m().Raise(ctx, in.ID, maintenance.Fault{Title: in.Body.Title, Text: in.Body.Text, Object: in.Body.Object, ReportedAt: in.Body.ReportedAt})
		return converted(x, err, a.fromIncident(ctx))
	})
	for _, op := range []struct {
		id, path, capability, zh, en string
		act                          func(ctx context.Context, id, note string) (*maintenance.Incident, error)
	}{
		{"accept-incident", "/maintenance-incidents/{id}/accept", "maintenance.work", "受理故障", "Take an incident up", func(ctx context.Context, id, note string) (*maintenance.Incident, error) {
			return m().Accept(ctx, id, note)
		}},
		{"close-incident", "/maintenance-incidents/{id}/close", "maintenance.agree", "确认故障已经排除", "Close an incident: it is over", func(ctx context.Context, id, note string) (*maintenance.Incident, error) {
			return m().CloseIncident(ctx, id, note)
		}},
		{"reopen-incident", "/maintenance-incidents/{id}/reopen", "maintenance.agree", "故障没有排除，重新处理", "Reopen an incident: it is not over", func(ctx context.Context, id, note string) (*maintenance.Incident, error) {
			return m().Reopen(ctx, id, note)
		}},
	} {
		Register(a, Op{ID: op.id, Method: http.MethodPost, Path: op.path, Capability: op.capability, Tag: "maintenance", Summary: op.zh, SummaryEn: op.en},
			func(ctx context.Context, in *WithNote) (*struct{ Body maintenanceIncident }, error) {
				x, err := op.act(ctx, in.ID, in.Body.Note)
				return converted(x, err, a.fromIncident(ctx))
			})
	}
	Register(a, Op{
		ID: "resolve-incident", Method: http.MethodPost, Path: "/maintenance-incidents/{id}/resolve", Capability: "maintenance.work", Tag: "maintenance",
		Summary: "故障已排除：原因与预防措施", SummaryEn: "An incident is over: why it came, and what keeps it from coming again",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Cause      string `json:"cause" maxLength:"2000"`
			Prevention string `json:"prevention" maxLength:"2000"`
		}
	},
	) (*struct{ Body maintenanceIncident }, error) {
		x, err := m().Resolve(ctx, in.ID, in.Body.Cause, in.Body.Prevention)
		return converted(x, err, a.fromIncident(ctx))
	})
}

func (a *API) serviceRecords() {
	m := func() *maintenance.Service { return a.deps.Maintenance }
	Register(a, Op{
		ID: "list-service-records", Method: http.MethodGet, Path: "/service-records", Capability: "maintenance.read", Tag: "maintenance",
		Summary: "交付、安装、培训、升级与支持记录", SummaryEn: "Deliveries, installations, trainings, upgrades and support",
	}, func(ctx context.Context, in *InMaintenance) (*struct{ Body List[serviceRecord] }, error) {
		return maintenanceList(*in, []maintenance.RecordState{maintenance.Recorded, maintenance.AcceptedRecord, maintenance.ObjectedToRecord},
			func(q maintenance.Query) ([]maintenance.Record, int64, error) { return m().Records(ctx, q) }, func(r maintenance.Record) string { return r.ID }, fromServiceRecord(ctx))
	})
	Register(a, Op{
		ID: "record-service", Method: http.MethodPost, Path: "/contracts/{id}/service-records", Capability: "maintenance.work", Tag: "maintenance", Status: http.StatusCreated,
		Summary: "登记交付、安装、培训、升级或者支持", SummaryEn: "Record a delivery, an installation, a training, an upgrade or support, for a contract of any kind",
	}, func(ctx context.Context, in *struct {
		ByID
		Body struct {
			Kind       maintenance.RecordKind `json:"kind" doc:"delivery, installation, training, upgrade or support."`
			On         caldate.Date           `json:"on"`
			Title      string                 `json:"title" maxLength:"500"`
			Text       string                 `json:"text,omitempty" maxLength:"5000"`
			Who        string                 `json:"who" maxLength:"500"`
			DocumentID string                 `json:"attachment_id,omitempty" maxLength:"32"`
		}
	},
	) (*struct{ Body serviceRecord }, error) {
		b := in.Body
		x, err := m().Record(ctx, in.ID, maintenance.Given{Kind: b.Kind, On: b.On, Title: b.Title, Text: b.Text, Who: b.Who, DocumentID: b.DocumentID})
		return converted(x, err, fromServiceRecord(ctx))
	})
	Register(a, Op{
		ID: "accept-service", Method: http.MethodPost, Path: "/service-records/{id}/acceptance", Capability: "maintenance.agree", Tag: "maintenance",
		Summary: "验收，或者提出异议", SummaryEn: "Accept what was delivered, or object to it",
	}, func(ctx context.Context, in *WithWord) (*struct{ Body serviceRecord }, error) {
		x, err := m().AcceptRecord(ctx, in.ID, in.Body.Yes, in.Body.Note)
		return converted(x, err, fromServiceRecord(ctx))
	})
}

// customerOf is the customer that an operation about a customer's own things is for: the caller's own, or the one that is named.
func customerOf(ctx context.Context, named string) (string, error) {
	if own := actor.From(ctx).CustomerID; own != "" {
		return own, nil
	}
	if named == "" {
		return "", errs.Invalid("customer.unnamed", "请指明客户", "name the customer").At("customer_id", "missing", "必填", "required")
	}
	return named, nil
}
