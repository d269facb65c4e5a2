package httpapi

import (
	"context"
	"net/http"
	"time"

	"sealgate/server/caldate"
	"sealgate/server/errs"
	"sealgate/server/platform/jobs"
)

// Sandbox is the movable business clock; app implements it.
type Sandbox interface {
	On() bool
	Times() (now, real caldate.Instant, offset time.Duration)
	Advance(ctx context.Context, to time.Time) ([]jobs.Result, error)
}

type sandboxClock struct {
	Sandbox  bool            `json:"sandbox" doc:"Whether the clock can be moved."`
	Now      caldate.Instant `json:"now" doc:"Business time."`
	RealNow  caldate.Instant `json:"real_now" doc:"The machine's time."`
	OffsetMs int64           `json:"offset_ms"`
	Ran      []jobs.Result   `json:"ran" doc:"Daily jobs that ran on the way, in order."`
}

type moveClock struct {
	Body struct {
		To          *time.Time    `json:"to,omitempty" doc:"The moment to move to (RFC 3339)."`
		Date        *caldate.Date `json:"date,omitempty" doc:"The day to move to, 00:00 in Asia/Shanghai."`
		AdvanceDays int           `json:"advance_days,omitempty" minimum:"0" maximum:"1098" doc:"Days to move forward, keeping the time of day."`
	}
}

var errClockTarget = errs.Invalid("sandbox.target", "请给出 to、date、advance_days 中的一个", "give one of to, date or advance_days")

func (a *API) sandbox() {
	show := func(ran []jobs.Result) *struct{ Body sandboxClock } {
		now, realNow, offset := a.deps.Sandbox.Times()
		if ran == nil {
			ran = []jobs.Result{}
		}
		return &struct{ Body sandboxClock }{sandboxClock{a.deps.Sandbox.On(), now, realNow, offset.Milliseconds(), ran}}
	}
	Register(a, Op{
		ID: "get-sandbox-clock", Method: http.MethodGet, Path: "/sandbox/clock", Capability: "sandbox.read", Tag: "sandbox",
		Summary: "业务时钟", SummaryEn: "The business clock",
	}, func(context.Context, *struct{}) (*struct{ Body sandboxClock }, error) { return show(nil), nil })
	Register(a, Op{
		ID: "move-sandbox-clock", Method: http.MethodPost, Path: "/sandbox/clock", Capability: "sandbox.move", Tag: "sandbox",
		Summary:   "前移业务时钟（仅沙盒），途中到期的事项按顺序执行",
		SummaryEn: "Move the business clock forward (sandbox only); everything due on the way happens in order",
	}, func(ctx context.Context, in *moveClock) (*struct{ Body sandboxClock }, error) {
		to, err := target(a.deps.Sandbox, in)
		if err != nil {
			return nil, err
		}
		// The move goes on when the caller hangs up: stopping between two days would only surprise the next reader.
		ran, err := a.deps.Sandbox.Advance(context.WithoutCancel(ctx), to)
		if err != nil {
			return nil, err
		}
		return show(ran), nil
	})
}

func target(s Sandbox, in *moveClock) (time.Time, error) {
	given := 0
	var to time.Time
	if in.Body.To != nil {
		given, to = given+1, *in.Body.To
	}
	if in.Body.Date != nil && !in.Body.Date.IsZero() {
		given, to = given+1, in.Body.Date.Start()
	}
	if in.Body.AdvanceDays > 0 {
		now, _, _ := s.Times()
		given, to = given+1, now.Time().AddDate(0, 0, in.Body.AdvanceDays)
	}
	if given != 1 {
		return to, errClockTarget
	}
	return to, nil
}
