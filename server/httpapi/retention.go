package httpapi

import (
	"context"
	"net/http"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/retention"
)

type holdRecord struct {
	ID           string          `json:"id"`
	Number       string          `json:"number"`
	State        string          `json:"state" enum:"live,lifted"`
	CustomerID   string          `json:"customer_id"`
	CustomerName string          `json:"customer_name"`
	FirstMonth   string          `json:"first_month" doc:"YYYY-MM; empty: everything of the customer."`
	LastMonth    string          `json:"last_month"`
	BatchID      string          `json:"batch_id"`
	BatchNumber  string          `json:"batch_number"`
	Authority    string          `json:"authority"`
	Reference    string          `json:"reference"`
	Reason       string          `json:"reason"`
	AttachmentID string          `json:"attachment_id"`
	PlacedName   string          `json:"placed_by"`
	PlacedAt     caldate.Instant `json:"placed_at"`
	LiftedName   string          `json:"lifted_by"`
	LiftedAt     caldate.Instant `json:"lifted_at"`
	LiftReason   string          `json:"lift_reason"`
	Actions      []string        `json:"available_actions"`
}

func fromHold(ctx context.Context, h *retention.Hold) holdRecord {
	r := holdRecord{
		ID: h.ID, Number: h.Number, State: "lifted", CustomerID: h.CustomerID, CustomerName: h.CustomerName, FirstMonth: h.FirstMonth, LastMonth: h.LastMonth,
		BatchID: h.BatchID, BatchNumber: h.BatchNumber, Authority: h.Authority, Reference: h.Reference, Reason: h.Reason, AttachmentID: h.DocumentID,
		PlacedName: h.PlacedName, PlacedAt: h.PlacedAt, LiftedName: h.LiftedName, LiftedAt: h.LiftedAt, LiftReason: h.LiftReason, Actions: []string{},
	}
	if h.Live() {
		r.State = "live"
		if Can(ctx, "hold.write") && h.PlacedBy != actor.From(ctx).UserID {
			r.Actions = append(r.Actions, "lift")
		}
	}
	return r
}

type holdInput struct {
	Body struct {
		CustomerID   string `json:"customer_id,omitempty" maxLength:"32"`
		FirstMonth   string `json:"first_month,omitempty" maxLength:"7" doc:"YYYY-MM, with last_month; both empty for everything."`
		LastMonth    string `json:"last_month,omitempty" maxLength:"7"`
		BatchID      string `json:"batch_id,omitempty" maxLength:"32" doc:"Id or number of a batch instead of months."`
		Authority    string `json:"authority" maxLength:"100"`
		Reference    string `json:"reference" maxLength:"100"`
		Reason       string `json:"reason" maxLength:"500"`
		AttachmentID string `json:"attachment_id,omitempty" maxLength:"32"`
	}
}

type keyStateRecord struct {
	CustomerID   string       `json:"customer_id"`
	CustomerName string       `json:"customer_name"`
	Month        string       `json:"month"`
	Batches      int64        `json:"batches"`
	Messages     int64        `json:"messages"`
	LastUse      caldate.Date `json:"last_use"`
	DueOn        caldate.Date `json:"due_on"`
	Rule         string       `json:"rule" enum:"month,ended"`
	State        string       `json:"state" enum:"waiting,due,held,busy"`
	Open         int64        `json:"open_batches"`
	Holds        []string     `json:"holds" doc:"Numbers of the legal holds that keep it."`
}

type purgeRecord struct {
	ID           string          `json:"id"`
	CustomerID   string          `json:"customer_id"`
	CustomerName string          `json:"customer_name"`
	Month        string          `json:"month"`
	Rule         string          `json:"rule" enum:"month,ended"`
	DueOn        caldate.Date    `json:"due_on"`
	OnDate       caldate.Date    `json:"on"`
	Batches      int64           `json:"batches"`
	Messages     int64           `json:"messages"`
	PurgedAt     caldate.Instant `json:"purged_at"`
	PurgedBy     string          `json:"purged_by"`
	ClearedAt    caldate.Instant `json:"cleared_at" doc:"When places in runs and objects were gone too."`
	Objects      int64           `json:"objects"`
}

type purgesInput struct {
	Paging
	On caldate.Date `query:"on"`
}

type planInput struct {
	On caldate.Date `query:"on" doc:"As of a day; today where left out."`
}

func (a *API) retentions() {
	Register(a, Op{
		ID: "list-legal-holds", Method: http.MethodGet, Path: "/legal-holds", Capability: "hold.read", Tag: "retention",
		Summary: "法律保全登记", SummaryEn: "The register of legal holds",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[holdRecord] }, error) {
		hs, err := a.deps.Retention.Holds(ctx)
		items := make([]holdRecord, len(hs))
		for i := range hs {
			items[i] = fromHold(ctx, &hs[i])
		}
		return &struct{ Body List[holdRecord] }{NewList(items, "", int64(len(items)))}, err
	})
	Register(a, Op{
		ID: "place-legal-hold", Method: http.MethodPost, Path: "/legal-holds", Capability: "hold.write", Tag: "retention", Status: http.StatusCreated,
		Summary: "登记法律保全：解除之前不清除", SummaryEn: "Place a legal hold: nothing of it is purged until it is lifted",
	}, func(ctx context.Context, in *holdInput) (*struct{ Body holdRecord }, error) {
		x := in.Body
		h, err := a.deps.Retention.Place(ctx, retention.Order{
			CustomerID: x.CustomerID, FirstMonth: x.FirstMonth, LastMonth: x.LastMonth, BatchID: x.BatchID, Authority: x.Authority, Reference: x.Reference, Reason: x.Reason, DocumentID: x.AttachmentID,
		})
		if err != nil {
			return nil, err
		}
		return &struct{ Body holdRecord }{fromHold(ctx, h)}, nil
	})
	Register(a, Op{
		ID: "lift-legal-hold", Method: http.MethodPost, Path: "/legal-holds/{id}/lift", Capability: "hold.write", Tag: "retention",
		Summary: "解除法律保全（不能由登记人解除）", SummaryEn: "Lift a legal hold; never the person who placed it",
	}, func(ctx context.Context, in *batchAct) (*struct{ Body holdRecord }, error) {
		h, err := a.deps.Retention.Lift(ctx, in.ID, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		return &struct{ Body holdRecord }{fromHold(ctx, h)}, nil
	})
	Register(a, Op{
		ID: "plan-purge", Method: http.MethodGet, Path: "/retention/plan", Capability: "retention.read", Tag: "retention",
		Summary: "清除预演：每个客户每个月何时清除、被什么保留", SummaryEn: "Dry run of the purge: when each customer's month ends, and what keeps it",
	}, func(ctx context.Context, in *planInput) (*struct{ Body List[keyStateRecord] }, error) {
		day := in.On
		if day.IsZero() {
			day = a.deps.Clock.Today()
		}
		ks, err := a.deps.Retention.Plan(ctx, day)
		items := make([]keyStateRecord, len(ks))
		for i, k := range ks {
			items[i] = keyStateRecord{k.CustomerID, k.CustomerName, k.Month, k.Batches, k.Messages, k.LastUse, k.DueOn, k.Rule, string(k.State), k.Open, append([]string{}, k.Holds...)}
		}
		return &struct{ Body List[keyStateRecord] }{NewList(items, "", int64(len(items)))}, err
	})
	Register(a, Op{
		ID: "list-purges", Method: http.MethodGet, Path: "/retention/purges", Capability: "retention.read", Tag: "retention",
		Summary: "清除记录", SummaryEn: "What was purged",
	}, func(ctx context.Context, in *purgesInput) (*struct{ Body List[purgeRecord] }, error) {
		after, err := afterID(in.Cursor)
		if err != nil {
			return nil, err
		}
		ps, total, err := a.deps.Retention.Purges(ctx, in.On, after, in.Limit+1)
		if err != nil {
			return nil, err
		}
		ps, next := CutPage(ps, in.Limit, func(p retention.Purge) []string { return []string{p.ID} })
		items := make([]purgeRecord, len(ps))
		for i, p := range ps {
			items[i] = purgeRecord{p.ID, p.CustomerID, p.CustomerName, p.Month, p.Rule, p.DueOn, p.OnDate, p.Batches, p.Messages, p.PurgedAt, p.PurgedBy, p.ClearedAt, p.Objects}
		}
		return &struct{ Body List[purgeRecord] }{NewList(items, next, total)}, nil
	})
}

// afterID reads a cursor that is one id.
func afterID(cursor string) (string, error) {
	keys, err := DecodeCursor(cursor, 1)
	if err != nil || keys == nil {
		return "", err
	}
	return keys[0], nil
}
