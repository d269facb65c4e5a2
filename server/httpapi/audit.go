package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"sealgate/server/caldate"
	"sealgate/server/platform/ids"
	"sealgate/server/trail"
)

type auditRow struct {
	ID         string          `json:"id"`
	Seq        int64           `json:"seq" doc:"Place in the chain; 0 for the seconds before it has one."`
	At         caldate.Instant `json:"at" doc:"Business time."`
	RealAt     caldate.Instant `json:"real_at" doc:"The machine's time."`
	On         caldate.Date    `json:"on" doc:"Business day that the fact counts for."`
	Actor      string          `json:"actor"`
	ActorName  string          `json:"actor_name"`
	IP         string          `json:"ip"`
	RequestID  string          `json:"request_id"`
	Action     string          `json:"action"`
	ObjectType string          `json:"object_type"`
	ObjectID   string          `json:"object_id"`
	CustomerID string          `json:"customer_id,omitempty"`
	ContractID string          `json:"contract_id,omitempty"`
	FromState  string          `json:"from_state,omitempty"`
	ToState    string          `json:"to_state,omitempty"`
	Reason     string          `json:"reason,omitempty"`
	Detail     map[string]any  `json:"detail"`
	Hash       string          `json:"hash"`
	Chained    bool            `json:"chained"`
}

type verification struct {
	OK          bool     `json:"ok"`
	Rows        int64    `json:"rows" doc:"Rows in the chain, all checked."`
	Waiting     int64    `json:"waiting" doc:"Rows of the last seconds that are not chained yet."`
	Head        string   `json:"head" doc:"Hash at the end of the chain."`
	Checkpoints int      `json:"checkpoints" doc:"Signed checkpoints that the chain agrees with."`
	BrokenAt    int64    `json:"broken_at,omitempty" doc:"First place that does not hold."`
	Problems    []string `json:"problems"`
}

// AuditQuery narrows the audit trail; huma reads embedded inputs only where their type is exported.
type AuditQuery struct {
	Actor      string `query:"actor" maxLength:"100" doc:"User id, or part of the name."`
	Action     string `query:"action" maxLength:"64" doc:"Whole (contract.suspend), or the domain alone (contract)."`
	ObjectType string `query:"object_type" maxLength:"32"`
	ObjectID   string `query:"object_id" maxLength:"64"`
	CustomerID string `query:"customer_id" maxLength:"32"`
	ContractID string `query:"contract_id" maxLength:"32"`
	From       string `query:"from" maxLength:"10" doc:"First business day, YYYY-MM-DD."`
	To         string `query:"to" maxLength:"10" doc:"Last business day, YYYY-MM-DD."`
}

func (q AuditQuery) query(text string) (trail.Query, error) {
	out := trail.Query{Actor: q.Actor, Action: q.Action, ObjectType: q.ObjectType, ObjectID: q.ObjectID, CustomerID: q.CustomerID, ContractID: q.ContractID, Text: text}
	for name, d := range map[string]struct {
		text string
		to   *caldate.Date
	}{"from": {q.From, &out.From}, "to": {q.To, &out.To}} {
		if d.text == "" {
			continue
		}
		day, err := caldate.Parse(d.text)
		if err != nil {
			return out, errInput.At(name, "date", sentence("date", "", false), sentence("date", "", true))
		}
		*d.to = day
	}
	return out, nil
}

func (a *API) audit() {
	Register(a, Op{
		ID: "list-audit", Method: http.MethodGet, Path: "/audit", Capability: "audit.read", Tag: "audit",
		Summary: "审计记录，最新的在前", SummaryEn: "The audit trail, newest first",
	}, func(ctx context.Context, in *struct {
		Paging
		Searched
		AuditQuery
	}) (*struct{ Body List[auditRow] }, error) {
		after, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		q, err := in.query(in.Q)
		if err != nil {
			return nil, err
		}
		q.Limit = in.Limit + 1
		if after != nil {
			q.After = after[0]
		}
		rows, total, err := a.deps.Trail.Search(ctx, q)
		if err != nil {
			return nil, err
		}
		rows, next := CutPage(rows, in.Limit, func(f trail.Found) []string { return []string{f.Row.ID} })
		return &struct{ Body List[auditRow] }{NewList(Convert(rows, fromAudit), next, total)}, nil
	})
	Register(a, Op{
		ID: "verify-audit", Method: http.MethodPost, Path: "/audit/verify", Capability: "audit.verify", Tag: "audit", NoReplay: true,
		Summary: "验证审计链与签名检查点", SummaryEn: "Verify the chain and the signed checkpoints",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body verification }, error) {
		r, err := a.deps.Trail.Verify(ctx, a.deps.Notary)
		if err != nil {
			return nil, err
		}
		if err := a.deps.Trail.Note(ctx, trail.Entry{Action: "audit.verify", ObjectType: "audit", ObjectID: "chain", Detail: map[string]any{"ok": r.OK, "rows": r.Rows}}); err != nil {
			return nil, err
		}
		out := verification{r.OK, r.Rows, r.Waiting, r.Head, r.Checkpoints, r.BrokenAt, r.Problems}
		if out.Problems == nil {
			out.Problems = []string{}
		}
		return &struct{ Body verification }{out}, nil
	})
	RegisterRaw(a, Op{
		ID: "export-audit", Method: http.MethodGet, Path: "/audit/export", Capability: "audit.read", Tag: "audit", Produces: "text/csv",
		Query:   []string{"actor", "action", "object_type", "object_id", "customer_id", "contract_id", "from", "to", "q"},
		Summary: "导出审计记录（CSV，筛选同列表）", SummaryEn: "Export the audit trail as CSV, filtered like the list",
	}, a.exportAudit)
}

func fromAudit(f trail.Found) auditRow {
	r := f.Row
	detail := map[string]any{}
	if err := json.Unmarshal([]byte(r.Detail), &detail); err != nil {
		detail = map[string]any{"text": r.Detail}
	}
	return auditRow{ID: r.ID, Seq: f.Seq, At: r.At, RealAt: r.RealAt, On: r.OnDate, Actor: r.ActorID, ActorName: r.ActorName, IP: r.IP, RequestID: r.RequestID,
		Action: r.Action, ObjectType: r.ObjectType, ObjectID: r.ObjectID, CustomerID: r.CustomerID, ContractID: r.ContractID,
		FromState: r.FromState, ToState: r.ToState, Reason: r.Reason, Detail: detail, Hash: f.Hash, Chained: f.Seq > 0}
}

// exportAudit streams what the filters match, newest first, as of the moment of the call: rows that come meanwhile,
// the export's own among them, are not part of it.
func (a *API) exportAudit(c *gin.Context) error {
	ctx := c.Request.Context()
	get := func(name string) string { return cut(c.Query(name), 100) }
	q, err := AuditQuery{get("actor"), get("action"), get("object_type"), get("object_id"), get("customer_id"), get("contract_id"), get("from"), get("to")}.query(get("q"))
	if err != nil {
		return err
	}
	q.After, q.Limit = ids.New(), 1000
	if err := a.deps.Trail.Note(ctx, trail.Entry{Action: "audit.export", ObjectType: "audit", ObjectID: "rows", Detail: map[string]any{"filters": c.Request.URL.Query()}}); err != nil {
		return err
	}
	w := newCSV(c, "audit.csv", "seq", "at", "real_at", "on", "actor_id", "actor_name", "ip", "request_id", "action", "object_type", "object_id",
		"customer_id", "contract_id", "from_state", "to_state", "reason", "detail", "row_id", "hash")
	for {
		rows, err := a.deps.Trail.Page(ctx, q)
		if err != nil {
			return err
		}
		for _, f := range rows {
			r := f.Row
			if err := w.Write(strconv.FormatInt(f.Seq, 10), r.At.String(), r.RealAt.String(), r.OnDate.String(), r.ActorID, r.ActorName, r.IP, r.RequestID, r.Action, r.ObjectType, r.ObjectID,
				r.CustomerID, r.ContractID, r.FromState, r.ToState, r.Reason, r.Detail, r.ID, f.Hash); err != nil {
				return err
			}
		}
		if len(rows) < q.Limit {
			return w.Flush()
		}
		q.After = rows[len(rows)-1].Row.ID
	}
}
