package watch

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrNotFound = errs.NotFound("watch.not_found", "没有这条告警", "there is no such alert")
	ErrState    = errs.Conflict("watch.state", "该告警的状态已变化，请刷新", "the alert is in another state; reload")
	ErrStopped  = errs.Conflict("watch.stopped", "发送仍处于停止状态，请先解除停发再关闭告警", "sending is still stopped; lift the stop before you close the alert")
	ErrInput    = errs.Invalid("watch.input", "填写有误", "the form is not filled in rightly")
	ErrSystem   = errs.Forbidden("watch.person", "停发只能由人解除", "only a person lifts a stop")
)
