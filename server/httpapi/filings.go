package httpapi

import (
	"context"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/caldate"
	"sealgate/server/registration"
)

type filingRecord struct {
	ID             string                   `json:"id"`
	Number         string                   `json:"number" doc:"The reference in sheets and answers."`
	RegistrationID string                   `json:"registration_id"`
	CustomerID     string                   `json:"customer_id"`
	CustomerName   string                   `json:"customer_name,omitempty"`
	Kind           registration.Kind        `json:"kind" enum:"qualification,signature,template,link,phone"`
	Text           string                   `json:"text,omitempty"`
	Carrier        string                   `json:"carrier"`
	Attempt        int64                    `json:"attempt" doc:"2: filed a second time."`
	State          registration.FilingState `json:"state" enum:"queued,submitted,accepted,refused,lapsed"`
	Cause          registration.Cause       `json:"cause,omitempty" doc:"Of a lapse: parent, letter, unused, rules, carrier, withdrawn or replaced."`
	Note           string                   `json:"note,omitempty" doc:"What was mended before a second filing."`
	Reason         string                   `json:"reason,omitempty"`
	CarrierNumber  string                   `json:"carrier_number,omitempty"`
	SheetID        string                   `json:"sheet_id,omitempty"`
	QueuedAt       caldate.Instant          `json:"queued_at"`
	SentAt         caldate.Instant          `json:"sent_at"`
	DueOn          caldate.Date             `json:"due_on,omitempty" doc:"When an answer is expected; no promise."`
	Overdue        bool                     `json:"overdue"`
	AnsweredAt     caldate.Instant          `json:"answered_at"`
	EndedAt        caldate.Instant          `json:"ended_at"`
	Actions        []string                 `json:"available_actions"`
}

func (a *API) fromFiling(g registration.Filing) filingRecord {
	actions := []string{}
	if g.State == registration.Sent || g.State == registration.Accepted {
		actions = append(actions, "answer")
	}
	return filingRecord{
		g.ID, g.Number, g.RegistrationID, g.CustomerID, g.CustomerName, g.Kind, g.Text, g.Carrier, g.Attempt, g.State, g.Cause, g.Note, g.Reason, g.CarrierNumber, g.SheetID,
		g.QueuedAt, g.SentAt, g.DueOn, g.Overdue(a.deps.Clock.Today()), g.AnsweredAt, g.EndedAt, actions,
	}
}

type filingSheet struct {
	ID       string            `json:"id"`
	Number   string            `json:"number"`
	Carrier  string            `json:"carrier"`
	Kind     registration.Kind `json:"kind" enum:"qualification,signature,template,link,phone"`
	Count    int64             `json:"count"`
	Answered int64             `json:"answered"`
	DueOn    caldate.Date      `json:"due_on"`
	MadeAt   caldate.Instant   `json:"made_at"`
}

func fromSheet(s registration.Sheet) filingSheet {
	return filingSheet{s.ID, s.Number, s.Carrier, s.Kind, s.Count, s.Answered, s.DueOn, s.MadeAt}
}

type closure struct {
	ID     string       `json:"id"`
	From   caldate.Date `json:"from"`
	To     caldate.Date `json:"to" doc:"Last day on which the desk is closed."`
	Reason string       `json:"reason"`
}

func fromClosure(c registration.Closure) closure {
	return closure{c.ID, c.FromDay, c.ToDay, c.Reason}
}

type carrierDesk struct {
	Carrier      string       `json:"carrier"`
	Name         string       `json:"name"`
	NameEn       string       `json:"name_en"`
	Open         bool         `json:"open"`
	Opens        caldate.Date `json:"opens,omitempty" doc:"The day on which a closed desk opens."`
	Closures     []closure    `json:"closures"`
	Queued       int64        `json:"queued"`
	Waiting      int64        `json:"waiting" doc:"Sent, without an answer."`
	Overdue      int64        `json:"overdue" doc:"Of these, later than expected."`
	ExpectedDays int          `json:"expected_working_days"`
}

// fromDesk tells of a desk; its figures are of all customers and for those who file.
func (a *API) fromDesk(d registration.Desk, figures bool) carrierDesk {
	if !figures {
		d.Queued, d.Waiting, d.Overdue = 0, 0, 0
	}
	out := carrierDesk{
		Carrier: d.Carrier.ID, Name: d.Carrier.Name.Zh, NameEn: d.Carrier.Name.En, Open: d.Closed == nil, Closures: Convert(d.Closures, fromClosure),
		Queued: d.Queued, Waiting: d.Waiting, Overdue: d.Overdue, ExpectedDays: a.deps.Signatures.Carriers.ExpectedDays,
	}
	if d.Closed != nil {
		out.Opens = d.Closed.ToDay.AddDays(1)
	}
	return out
}

type ruleChangeRecord struct {
	ID          string            `json:"id"`
	Carrier     string            `json:"carrier"`
	Kind        registration.Kind `json:"kind"`
	EffectiveOn caldate.Date      `json:"effective_on"`
	Note        string            `json:"note"`
	Queued      int64             `json:"queued" doc:"Second filings that were queued."`
	Applied     bool              `json:"applied"`
}

func fromRuleChange(c registration.RuleChange) ruleChangeRecord {
	return ruleChangeRecord{c.ID, c.Carrier, c.Kind, c.EffectiveOn, c.Note, c.Queued, !c.AppliedAt.IsZero()}
}

// AnswerFields are what a carrier says.
type AnswerFields struct {
	State         registration.FilingState `json:"state" enum:"accepted,refused,lapsed"`
	Reason        string                   `json:"reason,omitempty" doc:"Needed unless accepted."`
	CarrierNumber string                   `json:"carrier_number,omitempty"`
}

func (f AnswerFields) answer() registration.Answer {
	return registration.Answer{State: f.State, Reason: f.Reason, CarrierNumber: f.CarrierNumber}
}

// ByCarrier is the input of an operation on one carrier's desk.
type ByCarrier struct {
	Carrier string `path:"carrier" maxLength:"16"`
}

// FilingPage narrows a list of filings.
type FilingPage struct {
	StatePage
	Carrier  string `query:"carrier" maxLength:"16"`
	Kind     string `query:"kind" maxLength:"64" doc:"One kind, or several joined by commas."`
	Customer string `query:"customer_id" maxLength:"32"`
	Overdue  bool   `query:"overdue" doc:"Only those whose answer is late."`
}

func (a *API) listFilings(ctx context.Context, in *struct{ FilingPage }) (*struct{ Body List[filingRecord] }, error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	q := registration.FilingQuery{CustomerID: in.Customer, Carrier: in.Carrier, Cursor: after, Limit: in.Limit + 1}
	if q.States, err = states(in.InStates, registration.FilingStates()); err != nil {
		return nil, err
	}
	if q.Kinds, err = states(InStates{in.Kind}, registration.Kinds()); err != nil {
		return nil, err
	}
	if in.Overdue {
		q.Overdue = a.deps.Clock.Today()
	}
	gs, total, err := a.deps.Signatures.Filings(ctx, q)
	if err != nil {
		return nil, err
	}
	gs, next := CutPage(gs, in.Limit, func(g registration.Filing) []string { return []string{g.ID} })
	return &struct{ Body List[filingRecord] }{NewList(Convert(gs, a.fromFiling), next, total)}, nil
}

func (a *API) filings() {
	chain := a.deps.Signatures
	Register(a, Op{
		ID: "list-filings", Method: http.MethodGet, Path: "/filings", Capability: "filing.read", Tag: "filing",
		Summary: "向运营商的报备，最早的在前", SummaryEn: "Filings with carriers, oldest first",
	}, a.listFilings)
	Register(a, Op{
		ID: "answer-filing", Method: http.MethodPost, Path: "/filings/{id}/answer", Capability: "filing.write", Tag: "filing",
		Summary: "录入运营商对一条报备的答复", SummaryEn: "Enter a carrier's answer to one filing",
	}, func(ctx context.Context, in *struct {
		ByID
		Body AnswerFields
	},
	) (*struct{ Body filingRecord }, error) {
		g, err := chain.TakeAnswer(ctx, in.ID, in.Body.answer())
		if err != nil {
			return nil, err
		}
		return &struct{ Body filingRecord }{a.fromFiling(*g)}, nil
	})
	a.filingSheets()
	a.carrierDesks()
}

func (a *API) filingSheets() {
	chain := a.deps.Signatures
	Register(a, Op{
		ID: "make-filing-sheets", Method: http.MethodPost, Path: "/carriers/{carrier}/sheets", Capability: "filing.write", Tag: "filing", Status: http.StatusCreated,
		Summary: "把排队的登记制成该运营商的报备表，并计为已报出", SummaryEn: "Put what is queued on the carrier's sheets, one a kind, and count it as submitted",
	}, func(ctx context.Context, in *struct {
		ByCarrier
		Body struct {
			Kind registration.Kind `json:"kind,omitempty" enum:"qualification,signature,template,link,phone" doc:"None: all kinds."`
		}
	},
	) (*struct{ Body List[filingSheet] }, error) {
		ss, err := chain.MakeSheets(ctx, in.Carrier, in.Body.Kind)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[filingSheet] }{NewList(Convert(ss, fromSheet), "", int64(len(ss)))}, nil
	})
	Register(a, Op{
		ID: "list-filing-sheets", Method: http.MethodGet, Path: "/filing-sheets", Capability: "filing.write", Tag: "filing",
		Summary: "报出的报备表，最新的在前", SummaryEn: "Sheets that went out, newest first",
	}, func(ctx context.Context, in *struct {
		Paging
		Carrier string `query:"carrier" maxLength:"16"`
	},
	) (*struct{ Body List[filingSheet] }, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		ss, total, err := chain.Sheets(ctx, in.Carrier, after, in.Limit+1)
		if err != nil {
			return nil, err
		}
		ss, next := CutPage(ss, in.Limit, func(s registration.Sheet) []string { return []string{s.ID} })
		return &struct{ Body List[filingSheet] }{NewList(Convert(ss, fromSheet), next, total)}, nil
	})
	RegisterRaw(a, Op{
		ID: "get-filing-sheet-file", Method: http.MethodGet, Path: "/filing-sheets/{id}/file", Capability: "filing.write", Tag: "filing", Produces: spreadsheet,
		Summary: "下载报备表（XLSX，列按运营商要求）；含经办人资料，下载会留痕", SummaryEn: "The sheet as XLSX with the carrier's columns; it holds handlers' data and the look is on record",
	}, func(c *gin.Context) error {
		name, content, err := chain.SheetFile(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		Attachment(c, name, spreadsheet)
		c.Data(http.StatusOK, spreadsheet, content)
		return nil
	})
	Register(a, Op{
		ID: "answer-filing-sheet", Method: http.MethodPost, Path: "/filing-sheets/{id}/answer", Capability: "filing.write", Tag: "filing",
		Summary: "整张报备表录入同一答复", SummaryEn: "Enter the same answer to every filing of a sheet that has none",
	}, func(ctx context.Context, in *struct {
		ByID
		Body AnswerFields
	},
	) (*struct {
		Body struct {
			Answered int `json:"answered"`
		}
	}, error,
	) {
		n, err := chain.AnswerSheet(ctx, in.ID, in.Body.answer())
		if err != nil {
			return nil, err
		}
		out := &struct {
			Body struct {
				Answered int `json:"answered"`
			}
		}{}
		out.Body.Answered = n
		return out, nil
	})
	a.answers("preview-filing-answers", "/carriers/{carrier}/answers/preview", "预览运营商的回执表，不保存", "Look at a carrier's file of answers; nothing changes", chain.PreviewAnswers)
	a.answers("import-filing-answers", "/carriers/{carrier}/answers", "导入运营商的回执表（XLSX 或 CSV）；有错的行则全部不导入，重复导入不变", "Import a carrier's answers as XLSX or CSV: all of it or, where a line has a fault, nothing; twice changes nothing", chain.ImportAnswers)
}

// answers adds an operation that reads a carrier's file of answers.
func (a *API) answers(id, path, zh, en string, do func(ctx context.Context, carrier string, content []byte) (*registration.Preview, error)) {
	RegisterRaw(a, Op{
		ID: id, Method: http.MethodPost, Path: path, Capability: "filing.write", Tag: "filing", NoReplay: true, MaxBody: registration.MaxAnswers, Consumes: "application/octet-stream", Produces: "application/json",
		Summary: zh, SummaryEn: en,
	}, func(c *gin.Context) error {
		content, err := io.ReadAll(c.Request.Body)
		if err != nil {
			return err
		}
		p, err := do(c.Request.Context(), c.Param("carrier"), content)
		if err != nil {
			return err
		}
		c.JSON(http.StatusOK, p)
		return nil
	})
}

func (a *API) carrierDesks() {
	chain := a.deps.Signatures
	Register(a, Op{
		ID: "list-carrier-desks", Method: http.MethodGet, Path: "/carriers", Capability: "filing.read", Tag: "filing",
		Summary: "各运营商的受理情况：排队、待答复、逾期、停办", SummaryEn: "The carriers' desks: what is queued, waits and is late, and when they are closed",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[carrierDesk] }, error) {
		ds, err := chain.Desks(ctx)
		if err != nil {
			return nil, err
		}
		figures := Can(ctx, "filing.write")
		return &struct{ Body List[carrierDesk] }{NewList(Convert(ds, func(d registration.Desk) carrierDesk { return a.fromDesk(d, figures) }), "", int64(len(ds)))}, nil
	})
	Register(a, Op{
		ID: "close-carrier-desk", Method: http.MethodPost, Path: "/carriers/{carrier}/closures", Capability: "filing.desk", Tag: "filing", Status: http.StatusCreated,
		Summary: "登记运营商停办的日期", SummaryEn: "Enter a time in which a carrier's desk is closed",
	}, func(ctx context.Context, in *struct {
		ByCarrier
		Body struct {
			From   caldate.Date `json:"from"`
			To     caldate.Date `json:"to"`
			Reason string       `json:"reason"`
		}
	},
	) (*struct{ Body closure }, error) {
		c, err := chain.Close(ctx, in.Carrier, in.Body.From, in.Body.To, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return &struct{ Body closure }{fromClosure(*c)}, nil
	})
	Register(a, Op{
		ID: "reopen-carrier-desk", Method: http.MethodDelete, Path: "/carrier-closures/{id}", Capability: "filing.desk", Tag: "filing", Status: http.StatusNoContent,
		Summary: "删除停办记录", SummaryEn: "Remove a closure: the desk is open",
	}, func(ctx context.Context, in *ByID) (*struct{}, error) {
		return nil, chain.Reopen(ctx, in.ID)
	})
	Register(a, Op{
		ID: "change-carrier-rules", Method: http.MethodPost, Path: "/carriers/{carrier}/rule-changes", Capability: "filing.desk", Tag: "filing", Status: http.StatusCreated,
		Summary: "登记运营商规则变更：已通过的须在生效日前再次报备", SummaryEn: "Enter a change of a carrier's rules: what it has accepted is filed again before that day, or lapses",
	}, func(ctx context.Context, in *struct {
		ByCarrier
		Body struct {
			Kind        registration.Kind `json:"kind" enum:"qualification,signature,template,link,phone"`
			EffectiveOn caldate.Date      `json:"effective_on"`
			Note        string            `json:"note"`
		}
	},
	) (*struct{ Body ruleChangeRecord }, error) {
		c, err := chain.ChangeRules(ctx, in.Carrier, in.Body.Kind, in.Body.EffectiveOn, in.Body.Note)
		if err != nil {
			return nil, err
		}
		return &struct{ Body ruleChangeRecord }{fromRuleChange(*c)}, nil
	})
	Register(a, Op{
		ID: "list-carrier-rule-changes", Method: http.MethodGet, Path: "/carrier-rule-changes", Capability: "filing.read", Tag: "filing",
		Summary: "运营商规则变更，最新的在前", SummaryEn: "Changes of carriers' rules, newest first",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[ruleChangeRecord] }, error) {
		cs, err := chain.RuleChanges(ctx)
		if err != nil {
			return nil, err
		}
		return &struct{ Body List[ruleChangeRecord] }{NewList(Convert(cs, fromRuleChange), "", int64(len(cs)))}, nil
	})
}
