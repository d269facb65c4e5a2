package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"sealgate/server/caldate"
	"sealgate/server/contract"
	"sealgate/server/obligation"
	"sealgate/server/settlement"
)

type obligationEntry struct {
	ID           string          `json:"id"`
	Kind         obligation.Kind `json:"kind" enum:"expiry,renewal,objection,negotiation,cure,ending,price,terms,force,deposit,answer,licence,confidential"`
	On           caldate.Date    `json:"on"`
	CustomerID   string          `json:"customer_id"`
	CustomerName string          `json:"customer_name"`
	OwnerID      string          `json:"owner_id"`
	OwnerName    string          `json:"owner_name,omitempty"`
	ContractID   string          `json:"contract_id,omitempty"`
	Number       string          `json:"number"`
	Detail       string          `json:"detail"`
	DetailEn     string          `json:"detail_en"`
	Link         string          `json:"link"`
}

// ObligationQuery narrows the calendar.
type ObligationQuery struct {
	From  string `query:"from" maxLength:"10" doc:"Left out: today."`
	To    string `query:"to" maxLength:"10" doc:"Left out: a year later."`
	Owner string `query:"owner" maxLength:"32" doc:"Sales owner."`
	Kinds string `query:"kinds" maxLength:"200" doc:"Separated by commas; left out: all."`
}

func (q ObligationQuery) parse(today caldate.Date) (out obligation.Query, err error) {
	out.From, out.OwnerID = today, q.Owner
	if q.From != "" {
		if out.From, err = caldate.Parse(q.From); err != nil {
			return out, err
		}
	}
	out.To = out.From.AddYears(1)
	if q.To != "" {
		if out.To, err = caldate.Parse(q.To); err != nil {
			return out, err
		}
	}
	for _, k := range strings.Split(q.Kinds, ",") {
		if k != "" {
			out.Kinds = append(out.Kinds, obligation.Kind(k))
		}
	}
	return out, nil
}

// obligations is the calendar of what falls due (C16).
func (a *API) obligations() {
	Register(a, Op{
		ID: "list-obligations", Method: http.MethodGet, Path: "/obligations", Capability: "contract.read", Tag: "contract",
		Summary: "履约日历：到期、续期、异议、纠正期限、调价、押金、证照", SummaryEn: "What falls due: ends, renewals, objections, cures, prices, deposits, licences, in the order of days",
	}, func(ctx context.Context, in *ObligationQuery) (*struct{ Body List[obligationEntry] }, error) {
		q, err := in.parse(a.deps.Clock.Today())
		if err != nil {
			return nil, err
		}
		all, err := a.deps.Obligations.Entries(ctx, q)
		if err != nil {
			return nil, err
		}
		var people []string
		for i := range all {
			people = append(people, all[i].OwnerID)
		}
		names, err := a.names(ctx, people...)
		if err != nil {
			return nil, err
		}
		rows := Convert(all, func(e obligation.Entry) obligationEntry {
			return obligationEntry{e.ID, e.Kind, e.On, e.CustomerID, e.CustomerName, e.OwnerID, names[e.OwnerID], e.ContractID, e.Number, e.Zh, e.En, e.Link}
		})
		return &struct{ Body List[obligationEntry] }{NewList(rows, "", int64(len(rows)))}, nil
	})
	RegisterRaw(a, Op{
		ID: "get-obligations-ics", Method: http.MethodGet, Path: "/obligations.ics", Capability: "contract.read", Tag: "contract", Produces: "text/plain", Query: []string{"from", "to", "owner", "kinds"},
		Summary: "履约日历文件（iCalendar）", SummaryEn: "The calendar as an iCalendar file",
	}, func(c *gin.Context) error {
		q, err := ObligationQuery{c.Query("from"), c.Query("to"), c.Query("owner"), c.Query("kinds")}.parse(a.deps.Clock.Today())
		if err != nil {
			return err
		}
		all, err := a.deps.Obligations.Entries(c.Request.Context(), q)
		if err != nil {
			return err
		}
		c.Header("Content-Disposition", `attachment; filename="sealgate-obligations.ics"`)
		c.Data(http.StatusOK, "text/calendar; charset=utf-8", obligation.ICS(all, a.deps.Clock.Instant(), "sealgate"))
		return nil
	})
	a.settlements()
	a.formDrafts()
}

type settlementRecord struct {
	EndedOn           caldate.Date     `json:"ended_on"`
	Cause             contract.Cause   `json:"cause,omitempty"`
	Reason            string           `json:"reason"`
	PurgeFrom         caldate.Date     `json:"purge_from" doc:"The data are destroyed from this day on, unless another contract or a legal hold keeps them."`
	ConfidentialUntil caldate.Date     `json:"confidential_until"`
	Steps             []settlementStep `json:"steps"`
}

type settlementStep struct {
	Key       string       `json:"key" enum:"stopped,discarded,final_bill,owed,wallet,deposit,closed,purge,confidential"`
	Done      bool         `json:"done"`
	Label     string       `json:"label"`
	LabelEn   string       `json:"label_en"`
	Detail    string       `json:"detail"`
	Due       caldate.Date `json:"due"`
	Link      string       `json:"link,omitempty"`
	Discarded []discarded  `json:"discarded,omitempty"`
}

type discarded struct {
	BatchID  string          `json:"batch_id"`
	Messages int64           `json:"messages"`
	At       caldate.Instant `json:"at"`
}

type confidentialRecord struct {
	ContractID   string       `json:"contract_id"`
	Number       string       `json:"number"`
	CustomerID   string       `json:"customer_id"`
	CustomerName string       `json:"customer_name"`
	EndedOn      caldate.Date `json:"ended_on"`
	Until        caldate.Date `json:"until"`
}

// settlements show what the end of a contract brings with it (C10).
func (a *API) settlements() {
	Register(a, Op{
		ID: "get-contract-settlement", Method: http.MethodGet, Path: "/contracts/{id}/settlement", Capability: "contract.read", Tag: "contract",
		Summary: "终止了结清单", SummaryEn: "What the end of the contract brings with it, point by point",
	}, func(ctx context.Context, in *ByID) (*struct{ Body settlementRecord }, error) {
		x, err := a.deps.Settlements.Of(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &struct{ Body settlementRecord }{settlementRecord{
			x.EndedOn, x.Cause, x.Reason, x.PurgeFrom, x.ConfidentialUntil,
			Convert(x.Steps, func(s settlement.Step) settlementStep {
				return settlementStep{s.Key, s.Done, s.Zh, s.En, s.Detail, s.Due, s.Link, Convert(s.Discarded, func(d settlement.Discarded) discarded { return discarded(d) })}
			}),
		}}, nil
	})
	Register(a, Op{
		ID: "list-confidentialities", Method: http.MethodGet, Path: "/confidentialities", Capability: "contract.read", Tag: "contract",
		Summary: "保密义务登记：已终止的合同及其保密期", SummaryEn: "Register of confidentiality: ended contracts and until when they bind",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[confidentialRecord] }, error) {
		all, err := a.deps.Contracts.Confidentials(ctx, a.deps.Clock.Today())
		if err != nil {
			return nil, err
		}
		rows := Convert(all, func(c contract.Confidential) confidentialRecord {
			return confidentialRecord{c.ID, c.Number, c.CustomerID, c.CustomerName, c.EndedOn, c.Until}
		})
		return &struct{ Body List[confidentialRecord] }{NewList(rows, "", int64(len(rows)))}, nil
	})
}

type formDraft struct {
	Form    string          `json:"form"`
	Body    map[string]any  `json:"body"`
	SavedAt caldate.Instant `json:"saved_at"`
}

// ByForm names a form of the person who asks.
type ByForm struct {
	Form string `path:"form" maxLength:"150"`
}

// formDrafts keep what somebody has typed into a long form and not saved yet.
func (a *API) formDrafts() {
	Register(a, Op{
		ID: "get-form-draft", Method: http.MethodGet, Path: "/form-drafts/{form}", Capability: "session.own", Tag: "session",
		Summary: "自己未提交的表单草稿", SummaryEn: "A form of one's own that was not sent yet; an empty body where there is none",
	}, func(ctx context.Context, in *ByForm) (*struct{ Body formDraft }, error) {
		d, err := a.deps.FormDrafts.Find(ctx, in.Form)
		if err != nil {
			return nil, err
		}
		out := formDraft{Form: in.Form, Body: map[string]any{}}
		if d != nil {
			out.SavedAt = d.SavedAt
			if err := json.Unmarshal([]byte(d.Body), &out.Body); err != nil {
				return nil, err
			}
		}
		return &struct{ Body formDraft }{out}, nil
	})
	Register(a, Op{
		ID: "save-form-draft", Method: http.MethodPut, Path: "/form-drafts/{form}", Capability: "session.own", Tag: "session", MaxBody: 80 << 10,
		Summary: "保存表单草稿", SummaryEn: "Keep a form that is not finished",
	}, func(ctx context.Context, in *struct {
		ByForm
		Body map[string]any
	},
	) (*struct{ Body formDraft }, error) {
		body, err := json.Marshal(in.Body)
		if err != nil {
			return nil, err
		}
		d, err := a.deps.FormDrafts.Save(ctx, in.Form, body)
		if err != nil {
			return nil, err
		}
		return &struct{ Body formDraft }{formDraft{d.Form, in.Body, d.SavedAt}}, nil
	})
	Register(a, Op{
		ID: "drop-form-draft", Method: http.MethodDelete, Path: "/form-drafts/{form}", Capability: "session.own", Tag: "session",
		Summary: "丢弃表单草稿", SummaryEn: "Forget a form that was not sent",
	}, func(ctx context.Context, in *ByForm) (*struct{}, error) {
		return nil, a.deps.FormDrafts.Drop(ctx, in.Form)
	})
}
