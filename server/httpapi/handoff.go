package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"sealgate/server/actor"
	"sealgate/server/batch"
	"sealgate/server/caldate"
	"sealgate/server/handoff"
)

type handoffRecord struct {
	BatchID   string                   `json:"batch_id"`
	Channel   string                   `json:"channel"`
	Engine    string                   `json:"engine"`
	State     string                   `json:"state" doc:"open or closed."`
	Approved  int64                    `json:"approved" doc:"Messages that the manifest lets out."`
	Counts    map[string]int64         `json:"counts" doc:"Messages by status; those that are zero are left out."`
	Holds     []handoff.Hold           `json:"holds" doc:"Why it waits at the moment; it goes on by itself."`
	HeldSince caldate.Instant          `json:"held_since"`
	Figures   []handoff.Figure         `json:"figures" doc:"By day, carrier and service code."`
	Results   []handoff.Tally          `json:"results" doc:"By day, channel, carrier and status code."`
	Unknown   []handoff.UnknownMessage `json:"unknown" doc:"The first hundred messages of which nobody knows whether they left."`
	Chunks    int                      `json:"chunks"`
	Handed    int                      `json:"chunks_handed"`
	OpenedAt  caldate.Instant          `json:"opened_at"`
	ClosedAt  caldate.Instant          `json:"closed_at"`
	Actions   []string                 `json:"available_actions"`
}

type settleInput struct {
	ID   string `path:"id" maxLength:"32"`
	Body struct {
		Outcome string  `json:"outcome" doc:"delivered (is charged) or failed."`
		Reason  string  `json:"reason" maxLength:"500" doc:"The grounds: what the channel said, and who."`
		Seqs    []int64 `json:"seqs,omitempty" doc:"Message numbers; none: all that are unknown."`
	}
}

type settled struct {
	Settled int           `json:"settled"`
	Handoff handoffRecord `json:"handoff"`
}

type gaveUp struct {
	GivenUp int           `json:"given_up" doc:"Messages that became unknown."`
	Handoff handoffRecord `json:"handoff"`
}

type stopInput struct {
	Body struct {
		Scope    handoff.StopScope `json:"scope" doc:"all, customer, contract, signature or channel."`
		ObjectID string            `json:"object_id,omitempty" maxLength:"32"`
		Reason   string            `json:"reason" maxLength:"500"`
	}
}

type stopRecord struct {
	handoff.Stop
	ObjectName string `json:"object_name" doc:"The customer, contract, signature or channel that it is about."`
}

// showStop names what a stop is about; what has gone since keeps its id.
func (a *API) showStop(ctx context.Context, p *handoff.Stop) stopRecord {
	r := stopRecord{Stop: *p, ObjectName: p.ObjectID}
	switch handoff.StopScope(p.Scope) {
	case handoff.StopCustomer:
		if c, err := a.deps.Customers.Get(ctx, p.ObjectID); err == nil {
			r.ObjectName = c.Name
		}
	case handoff.StopContract:
		if c, err := a.deps.Contracts.Get(ctx, p.ObjectID); err == nil {
			r.ObjectName = c.Number + " " + c.CustomerName
		}
	case handoff.StopSignature:
		if g, err := a.deps.Signatures.Get(ctx, p.ObjectID); err == nil {
			r.ObjectName = "【" + g.Text + "】"
		}
	}
	return r
}

func (a *API) handoffs() {
	Register(a, Op{
		ID: "get-handoff", Method: http.MethodGet, Path: "/batches/{id}/handoff", Capability: "handoff.read", Tag: "handoff",
		Summary: "批次的发送进度：各状态条数、等待原因、结果未知的短信、按日按运营商的数字", SummaryEn: "How far a batch is sent: counts, holds, unknown messages, figures",
	}, func(ctx context.Context, in *batchID) (*struct{ Body handoffRecord }, error) {
		r, err := a.showHandoff(ctx, in.ID)
		return &struct{ Body handoffRecord }{r}, err
	})
	Register(a, Op{
		ID: "settle-unknown", Method: http.MethodPost, Path: "/batches/{id}/settle-unknown", Capability: "batch.settle", Tag: "handoff",
		Summary: "登记结果未知的短信的实际结果和依据", SummaryEn: "Settle messages of unknown outcome, with grounds",
	}, func(ctx context.Context, in *settleInput) (*struct{ Body settled }, error) {
		n, err := a.deps.Handoff.SettleUnknown(ctx, handoff.Settlement{BatchID: in.ID, Seqs: in.Body.Seqs, Outcome: in.Body.Outcome, Reason: in.Body.Reason})
		if err != nil {
			return nil, err
		}
		r, err := a.showHandoff(ctx, in.ID)
		return &struct{ Body settled }{settled{n, r}}, err
	})
	Register(a, Op{
		ID: "give-up-handing", Method: http.MethodPost, Path: "/batches/{id}/give-up-handing", Capability: "batch.settle", Tag: "handoff",
		Summary: "放弃等待不再恢复的通道：未得到答复的短信转为结果未知，不再重发", SummaryEn: "Give up on a channel that will not come back: what it never answered becomes unknown and is not repeated",
	}, func(ctx context.Context, in *batchAct) (*struct{ Body gaveUp }, error) {
		n, err := a.deps.Handoff.GiveUp(ctx, in.ID, in.Body.Reason)
		if err != nil {
			return nil, err
		}
		r, err := a.showHandoff(ctx, in.ID)
		return &struct{ Body gaveUp }{gaveUp{n, r}}, err
	})
	Register(a, Op{
		ID: "list-channels", Method: http.MethodGet, Path: "/handoff/channels", Capability: "channel.read", Tag: "handoff",
		Summary: "发送通道", SummaryEn: "Channels of the hand-off",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[handoff.ChannelView] }, error) {
		vs, err := a.deps.Handoff.ChannelViews(ctx)
		return &struct {
			Body List[handoff.ChannelView]
		}{NewList(vs, "", int64(len(vs)))}, err
	})
	Register(a, Op{
		ID: "list-stops", Method: http.MethodGet, Path: "/handoff/stops", Capability: "channel.read", Tag: "handoff",
		Summary: "生效中的紧急停发", SummaryEn: "Emergency stops that hold",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[stopRecord] }, error) {
		ps, err := a.deps.Handoff.Stops(ctx)
		out := make([]stopRecord, len(ps))
		for i := range ps {
			out[i] = a.showStop(ctx, &ps[i])
		}
		return &struct{ Body List[stopRecord] }{NewList(out, "", int64(len(out)))}, err
	})
	Register(a, Op{
		ID: "stop-sending", Method: http.MethodPost, Path: "/handoff/stops", Capability: "batch.settle", Tag: "handoff", Status: http.StatusCreated,
		Summary: "紧急停发：全部、某客户、某合同、某签名或某通道", SummaryEn: "Stop sending at once: all, a customer, a contract, a signature or a channel",
	}, func(ctx context.Context, in *stopInput) (*struct{ Body *handoff.Stop }, error) {
		p, err := a.deps.Handoff.StopNow(ctx, in.Body.Scope, in.Body.ObjectID, in.Body.Reason)
		return &struct{ Body *handoff.Stop }{p}, err
	})
	Register(a, Op{
		ID: "lift-stop", Method: http.MethodPost, Path: "/handoff/stops/{id}/lift", Capability: "batch.settle", Tag: "handoff",
		Summary: "解除紧急停发", SummaryEn: "Lift an emergency stop",
	}, func(ctx context.Context, in *batchAct) (*struct{}, error) {
		return nil, a.deps.Handoff.LiftStop(ctx, in.ID, in.Body.Reason)
	})
	// Channels' other sides call these; they have no session. Each call proves itself, as its engine wants it: Kannel by a token
	// per message in the address (it uses GET), HTTP by a signature with time and nonce.
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		RegisterRaw(a, Op{
			ID: "receipts-" + map[string]string{http.MethodGet: "get", http.MethodPost: "post"}[method], Method: method, Path: "/receipts/{channel}",
			Capability: Public, Tag: "handoff", NoReplay: true, MaxBody: 4 << 20,
			Query:   []string{"key", "token", "type", "answer", "from", "to", "text", "charset", "id"},
			Summary: "通道回执和上行（按通道的方式校验来源）", SummaryEn: "Receipts and replies of a channel, each call proving where it comes from",
		}, a.hear)
	}
}

func (a *API) hear(c *gin.Context) error {
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	who := actor.System("receipts")
	who.IP = actor.From(ctx).IP
	if _, err := a.deps.Handoff.Hear(actor.With(ctx, who), c.Param("channel"), handoff.Call{
		Method: c.Request.Method, Path: c.Request.URL.EscapedPath(), Query: c.Request.URL.Query(), Header: c.Request.Header, Body: body,
	}); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

func (a *API) showHandoff(ctx context.Context, id string) (handoffRecord, error) {
	v, err := a.deps.Handoff.Of(ctx, id)
	if err != nil {
		return handoffRecord{}, err
	}
	r := handoffRecord{
		BatchID: v.BatchID, Channel: v.Channel, Engine: v.Engine, State: v.State, Approved: v.Approved, Counts: v.Counts.ByName(), Holds: v.Holds,
		HeldSince: v.HeldSince, Figures: v.Figures, Results: v.Results, Unknown: v.Unknown, Chunks: v.Chunks, Handed: v.Handed, OpenedAt: v.OpenedAt, ClosedAt: v.ClosedAt,
		Actions: []string{},
	}
	if r.Holds == nil {
		r.Holds = []handoff.Hold{}
	}
	if r.Figures == nil {
		r.Figures = []handoff.Figure{}
	}
	if r.Results == nil {
		r.Results = []handoff.Tally{}
	}
	if actor.From(ctx).CustomerID != "" { // by which way it went is the provider's business
		for i := range r.Results {
			r.Results[i].Channel = ""
		}
	}
	if v.Counts[handoff.Unknown] > 0 && Can(ctx, "batch.settle") {
		r.Actions = append(r.Actions, "settle-unknown")
	}
	if v.Counts[handoff.Handing] > 0 && len(v.Holds) > 0 && Can(ctx, "batch.settle") { // without a hold it is about to be repeated
		r.Actions = append(r.Actions, "give-up-handing")
	}
	return r, nil
}

// handoffOf gives the few figures of the hand-off that stand on the batch itself, nil before it has begun.
func (a *API) handoffOf(ctx context.Context, b *batch.Batch) (map[string]int64, error) {
	switch b.State {
	case batch.Sending, batch.Done, batch.Paused, batch.Cancelled:
	default:
		return nil, nil
	}
	c, err := a.deps.Handoff.CountsOf(ctx, b.ID)
	if errors.Is(err, handoff.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return map[string]int64{
		"queued": c[handoff.Waiting], "sent": c[handoff.Handing] + c[handoff.Handed] + c[handoff.Expired], "delivered": c[handoff.Delivered],
		"failed": c[handoff.Failed], "unknown": c[handoff.Unknown], "skipped": c.Skipped(),
	}, nil
}
