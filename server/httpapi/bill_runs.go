package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"sealgate/server/bill"
	"sealgate/server/caldate"
)

// runStep is how far a run is, as a live page hears of it.
type runStep struct {
	Seq      int64  `json:"seq"`
	State    string `json:"state" enum:"running,done"`
	Looked   int64  `json:"looked" doc:"Contracts that have been looked at."`
	Expected int64  `json:"expected"`
	Count    int64  `json:"count"`
	Skipped  int64  `json:"skipped"`
	Nothing  int64  `json:"nothing_owed"`
	Failed   int64  `json:"failed"`
	TotalFen int64  `json:"total_fen"`
}

func fromStep(x bill.Step) runStep {
	return runStep{x.Seq, x.State, x.Looked, x.Expected, x.Created, x.Skipped, x.OwingNothing, x.Failed, x.TotalFen}
}

func (a *API) billRuns() {
	Register(a, Op{
		ID: "run-bills", Method: http.MethodPost, Path: "/bill-runs", Capability: "bill.run", Tag: "bill", Status: http.StatusCreated,
		Summary: "出账：预览或正式出具某月的全部账单；重复执行不会重复出账", SummaryEn: "Preview or issue all bills of a month; running it again issues nothing twice",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Month      string `json:"month" maxLength:"20" doc:"Month of service, YYYY-MM."`
			DryRun     bool   `json:"dry_run,omitempty" doc:"Preview: nothing is issued."`
			Background bool   `json:"background,omitempty" doc:"Answer at once, with the run that has begun: watch it by its events."`
		}
	},
	) (*struct{ Body billRun }, error) {
		m, err := monthAt("month", in.Body.Month)
		if err != nil {
			return nil, err
		}
		if m.IsZero() {
			return nil, errInput.At("month", "missing", "请填写月份，例如 2026-10", "give the month, such as 2026-10")
		}
		ctx = context.WithoutCancel(ctx) // whoever closes the browser does not stop a run half-way
		if !in.Body.Background {
			r, err := a.deps.Bills.IssueMonth(ctx, m, caldate.Date{}, in.Body.DryRun)
			if err != nil {
				return nil, err
			}
			return fromRun(r), nil
		}
		r, err := a.deps.Bills.Begin(ctx, m, caldate.Date{}, in.Body.DryRun)
		if err != nil {
			return nil, err
		}
		a.inBackground(ctx, "bill run "+r.ID, func(ctx context.Context) error {
			_, err := a.deps.Bills.CarryOn(ctx, r.ID)
			return err
		})
		return fromRun(r), nil
	})
	Register(a, Op{
		ID: "get-bill-run", Method: http.MethodGet, Path: "/bill-runs/{id}", Capability: "bill.run", Tag: "bill",
		Summary: "出账报告", SummaryEn: "The report of a run, also while it goes on",
	}, func(ctx context.Context, in *ByID) (*struct{ Body billRun }, error) {
		r, err := a.deps.Bills.Run(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return fromRun(r), nil
	})
	Register(a, Op{
		ID: "list-bill-runs", Method: http.MethodGet, Path: "/bill-runs", Capability: "bill.run", Tag: "bill",
		Summary: "最近的出账", SummaryEn: "The newest runs",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body List[billRun] }, error) {
		rs, err := a.deps.Bills.Runs(ctx, 50)
		if err != nil {
			return nil, err
		}
		items := Convert(rs, func(r bill.Report) billRun {
			r.Items, r.Anomalies, r.Failures = []bill.Item{}, []bill.Anomaly{}, []bill.Failure{}
			return fromRun(r).Body
		})
		return &struct{ Body List[billRun] }{NewList(items, "", int64(len(items)))}, nil
	})
	RegisterRaw(a, Op{
		ID: "watch-bill-run", Method: http.MethodGet, Path: "/bill-runs/{id}/events", Capability: "bill.run", Tag: "bill", Produces: "text/event-stream",
		Summary: "出账进度事件流（SSE）：先给快照，之后逐页推送；断线后从 Last-Event-ID 续传", SummaryEn: "Progress of a run (SSE): a snapshot first, then step by step; goes on after Last-Event-ID",
	}, a.watchRun)
}

// inBackground does work that outlives the request; the end of serving stops it, and what it is about is carried on by
// whoever finds it (bill.Service.Work).
func (a *API) inBackground(ctx context.Context, what string, do func(context.Context) error) {
	ctx, stop := context.WithCancel(ctx)
	context.AfterFunc(a.serving, stop)
	go func() {
		defer stop()
		if err := do(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "background work failed; it is carried on", "work", what, "error", err)
		}
	}()
}

// watchRun tells the steps of a run. They come from the database, because any server may do the run. Who comes back with
// Last-Event-ID hears what she has missed and no snapshot.
func (a *API) watchRun(c *gin.Context) error {
	ctx, id := c.Request.Context(), c.Param("id")
	r, err := a.deps.Bills.Run(ctx, id)
	if err != nil {
		return err
	}
	control := http.NewResponseController(c.Writer)
	_ = control.SetWriteDeadline(time.Time{})
	c.Header("Content-Type", "text/event-stream; charset=utf-8")
	c.Header("X-Accel-Buffering", "no")
	c.Status(http.StatusOK)
	tell := func(seq int64, event string, v any) error {
		data, err := json.Marshal(v)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.Writer, "id: %d\nevent: %s\ndata: %s\n\n", seq, event, data)
		return err
	}
	after, err := strconv.ParseInt(c.GetHeader("Last-Event-ID"), 10, 64)
	if err != nil || after < 0 {
		after = 0
		for { // the newest step, whose figures the snapshot has
			xs, err := a.deps.Bills.Steps(ctx, id, after, 1000)
			if err != nil {
				return err
			}
			if len(xs) == 0 {
				break
			}
			after = xs[len(xs)-1].Seq
		}
		if r, err = a.deps.Bills.Run(ctx, id); err != nil {
			return err
		}
		if err := tell(after, "snapshot", fromRun(r).Body); err != nil {
			return err
		}
	}
	c.Writer.Flush()
	ticker := a.deps.Clock.Machine().NewTicker(watchEvery / 2)
	defer ticker.Stop()
	end := a.deps.Clock.Real().Add(watchFor)
	for quiet := 0; ; quiet++ {
		xs, err := a.deps.Bills.Steps(ctx, id, after, 1000)
		if err != nil {
			return err
		}
		done := r.State == "done"
		for _, x := range xs {
			if err := tell(x.Seq, "step", fromStep(x)); err != nil {
				return err
			}
			after, quiet, done = x.Seq, 0, x.State == "done"
		}
		if done && len(xs) < 1000 { // the page fetches the report and comes back no more
			if err := tell(after, "done", map[string]string{"id": id}); err != nil {
				return err
			}
			c.Writer.Flush()
			return nil
		}
		if quiet%60 == 59 { // a sign of life keeps proxies from closing the line
			if _, err := io.WriteString(c.Writer, ": \n\n"); err != nil {
				return err
			}
		}
		c.Writer.Flush()
		select {
		case <-ctx.Done():
			return nil
		case <-a.serving.Done():
			return nil
		case <-ticker.Chan():
		}
		if a.deps.Clock.Real().After(end) {
			return nil
		}
	}
}
