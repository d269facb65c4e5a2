package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/caldate"
	"sealgate/server/review"
	"sealgate/server/takedown"
)

type takedownRecord struct {
	ID             string              `json:"id"`
	Number         string              `json:"number"`
	CustomerID     string              `json:"customer_id"`
	CustomerName   string              `json:"customer_name"`
	BatchID        string              `json:"batch_id"`
	BatchNumber    string              `json:"batch_number"`
	Class          takedown.Class      `json:"class"`
	ClassName      string              `json:"class_name"`
	Description    string              `json:"description"`
	State          takedown.State      `json:"state" enum:"stopped,lift_asked,lifted"`
	Totals         takedown.Totals     `json:"totals"`
	Contracts      []takedown.Contract `json:"contracts"`
	Batches        []string            `json:"batches" doc:"Numbers of those that were under way."`
	FoundBy        string              `json:"found_by_name"`
	FoundAt        caldate.Instant     `json:"found_at"`
	Authority      string              `json:"authority"`
	ReportRef      string              `json:"report_ref"`
	ReportSHA256   string              `json:"report_sha256"`
	ReportedBy     string              `json:"reported_by_name"`
	ReportedAt     caldate.Instant     `json:"reported_at"`
	LiftAskedBy    string              `json:"lift_asked_by_name"`
	LiftAskedAt    caldate.Instant     `json:"lift_asked_at"`
	LiftReason     string              `json:"lift_reason"`
	LiftDocumentID string              `json:"lift_document_id"`
	LiftedBy       string              `json:"lifted_by_name"`
	LiftedAt       caldate.Instant     `json:"lifted_at"`
	LiftDecision   string              `json:"lift_decision"`
	Actions        []string            `json:"available_actions"`
}

func (a *API) fromTakedown(ctx context.Context) func(takedown.Case) takedownRecord {
	begin, lift, me := Can(ctx, "takedown.begin"), Can(ctx, "takedown.lift"), actor.From(ctx).UserID
	return func(c takedown.Case) takedownRecord {
		out := takedownRecord{
			ID: c.ID, Number: c.Number, CustomerID: c.CustomerID, CustomerName: c.CustomerName, BatchID: c.BatchID, BatchNumber: c.BatchNumber, Class: c.ContentClass,
			ClassName: c.ContentClass.Zh(), Description: c.Description, State: c.State, Totals: c.Facts.Totals, Contracts: c.Facts.Contracts, Batches: c.Facts.Batches,
			FoundBy: c.FoundName, FoundAt: c.FoundAt, Authority: c.Authority, ReportRef: c.ReportRef, ReportSHA256: c.ReportSHA256, ReportedBy: c.ReportedName, ReportedAt: c.ReportedAt,
			LiftAskedBy: c.LiftAskedName, LiftAskedAt: c.LiftAskedAt, LiftReason: c.LiftReason, LiftDocumentID: c.LiftDocumentID, LiftedBy: c.LiftedName, LiftedAt: c.LiftedAt,
			LiftDecision: c.LiftDecision, Actions: []string{},
		}
		if begin && c.ReportedAt.IsZero() {
			out.Actions = append(out.Actions, "report")
		}
		switch {
		case begin && c.State == takedown.Stopped:
			out.Actions = append(out.Actions, "ask_lift")
		case lift && c.State == takedown.Asked && c.LiftAskedBy != me:
			out.Actions = append(out.Actions, "decide_lift")
		}
		return out
	}
}

func (a *API) oneTakedown(ctx context.Context, c *takedown.Case, err error) (*struct{ Body takedownRecord }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body takedownRecord }{a.fromTakedown(ctx)(*c)}, nil
}

type takedownChoices struct {
	Totals      *takedown.Totals `json:"totals"`
	Classes     []choice         `json:"classes"`
	Authorities []string         `json:"authorities"`
}

type choice struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

func (a *API) takedowns() {
	Register(a, Op{
		ID: "preview-takedown", Method: http.MethodGet, Path: "/batches/{id}/takedown", Capability: "takedown.begin", Tag: "takedown",
		Summary: "违法内容处置预览：将停止什么", SummaryEn: "What a takedown would stop",
	}, func(ctx context.Context, in *struct {
		ID      string `path:"id" maxLength:"32"`
		GroupID string `query:"group_id" maxLength:"32"`
	},
	) (*struct{ Body takedownChoices }, error) {
		var groups []string
		if in.GroupID != "" {
			groups = []string{in.GroupID}
		}
		t, err := a.deps.Takedowns.Preview(ctx, in.ID, groups)
		if err != nil {
			return nil, err
		}
		out := takedownChoices{Totals: t, Authorities: review.Authorities()}
		for _, c := range takedown.Classes() {
			out.Classes = append(out.Classes, choice{string(c), c.Zh()})
		}
		return &struct{ Body takedownChoices }{out}, nil
	})
	Register(a, Op{
		ID: "begin-takedown", Method: http.MethodPost, Path: "/batches/{id}/takedown", Capability: "takedown.begin", Tag: "takedown", Status: http.StatusCreated,
		Summary:   "违法内容处置：立即停止该客户的一切发送，暂停合同，列入黑名单",
		SummaryEn: "Illegal content: stop everything of the customer at once, suspend its contracts, blacklist it",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			GroupIDs    []string       `json:"group_ids,omitempty" doc:"The texts; none: all of the batch."`
			Class       takedown.Class `json:"class"`
			Description string         `json:"description" maxLength:"2000"`
			Authority   string         `json:"authority,omitempty" maxLength:"100"`
		}
	},
	) (*struct{ Body takedownRecord }, error) {
		b := in.Body
		c, err := a.deps.Takedowns.Begin(ctx, takedown.Finding{BatchID: in.ID, GroupIDs: b.GroupIDs, Class: b.Class, Description: b.Description, Authority: b.Authority})
		return a.oneTakedown(ctx, c, err)
	})
	Register(a, Op{
		ID: "list-takedowns", Method: http.MethodGet, Path: "/takedowns", Capability: "takedown.read", Tag: "takedown",
		Summary: "违法内容处置登记簿", SummaryEn: "The register of takedowns, the newest first",
	}, func(ctx context.Context, in *StatePage) (*struct{ Body List[takedownRecord] }, error) {
		cursor, err := DecodeCursor(in.Cursor, 1)
		if err != nil {
			return nil, err
		}
		states, err := textStates(in.InStates, []takedown.State{takedown.Stopped, takedown.Asked, takedown.Lifted})
		if err != nil {
			return nil, err
		}
		after := ""
		if cursor != nil {
			after = cursor[0]
		}
		cs, n, err := a.deps.Takedowns.List(ctx, states, after, in.Limit+1)
		if err != nil {
			return nil, err
		}
		page, next := CutPage(cs, in.Limit, func(c takedown.Case) []string { return []string{c.ID} })
		return &struct{ Body List[takedownRecord] }{NewList(Convert(page, a.fromTakedown(ctx)), next, n)}, nil
	})
	Register(a, Op{
		ID: "get-takedown", Method: http.MethodGet, Path: "/takedowns/{id}", Capability: "takedown.read", Tag: "takedown",
		Summary: "一条处置", SummaryEn: "One takedown",
	}, func(ctx context.Context, in *batchID) (*struct{ Body takedownRecord }, error) {
		c, err := a.deps.Takedowns.Get(ctx, in.ID)
		return a.oneTakedown(ctx, c, err)
	})
	RegisterRaw(a, Op{
		ID: "takedown-report", Method: http.MethodGet, Path: "/takedowns/{id}/report.pdf", Capability: "takedown.begin", Tag: "takedown",
		Summary: "给主管部门的报告（PDF，含违法内容，查看留痕）", SummaryEn: "The report to the authority as a PDF; it quotes the content, the look is logged",
	}, func(c *gin.Context) error {
		k, content, err := a.deps.Takedowns.Paper(c.Request.Context(), c.Param("id"))
		if err != nil {
			return err
		}
		Inline(c, "违法信息报告-"+k.Number+".pdf", "application/pdf")
		_, err = c.Writer.Write(content)
		return err
	})
	Register(a, Op{
		ID: "report-takedown", Method: http.MethodPost, Path: "/takedowns/{id}/report", Capability: "takedown.begin", Tag: "takedown",
		Summary: "登记报告已送达主管部门", SummaryEn: "Register that the report went to the authority",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Authority string `json:"authority" maxLength:"100"`
			ReportRef string `json:"report_ref" maxLength:"100" doc:"Number of receipt or post."`
		}
	},
	) (*struct{ Body takedownRecord }, error) {
		c, err := a.deps.Takedowns.Report(ctx, in.ID, in.Body.Authority, in.Body.ReportRef)
		return a.oneTakedown(ctx, c, err)
	})
	Register(a, Op{
		ID: "ask-lift-takedown", Method: http.MethodPost, Path: "/takedowns/{id}/ask-lift", Capability: "takedown.begin", Tag: "takedown",
		Summary: "申请解除处置", SummaryEn: "Ask to lift a takedown",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"32"`
		Body struct {
			Reason     string `json:"reason" maxLength:"1000"`
			DocumentID string `json:"document_id,omitempty" maxLength:"32"`
		}
	},
	) (*struct{ Body takedownRecord }, error) {
		c, err := a.deps.Takedowns.AskLift(ctx, in.ID, in.Body.Reason, in.Body.DocumentID)
		return a.oneTakedown(ctx, c, err)
	})
	Register(a, Op{
		ID: "decide-lift-takedown", Method: http.MethodPost, Path: "/takedowns/{id}/decide-lift", Capability: "takedown.lift", Tag: "takedown",
		Summary: "批准或驳回解除处置（第二人）", SummaryEn: "Lift a takedown or leave it; not by who asked",
	}, func(ctx context.Context, in *decision) (*struct{ Body takedownRecord }, error) {
		c, err := a.deps.Takedowns.DecideLift(ctx, in.ID, in.Body.Approve, in.Body.Reason)
		return a.oneTakedown(ctx, c, err)
	})
	Register(a, Op{
		ID: "sender-blacklist", Method: http.MethodGet, Path: "/takedowns/blacklist", Capability: "takedown.read", Tag: "takedown",
		Summary: "客户与发送方黑名单", SummaryEn: "The blacklist of customers and senders",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[takedown.Listed] }, error) {
		ls, err := a.deps.Takedowns.Blacklist(ctx)
		return &struct{ Body List[takedown.Listed] }{NewList(ls, "", int64(len(ls)))}, err
	})
}
