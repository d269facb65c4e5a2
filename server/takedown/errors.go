package takedown

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrInput    = errs.Invalid("takedown.input", "处置填写有误", "the takedown is not filled in rightly")
	ErrNotFound = errs.NotFound("takedown.not_found", "没有这条处置", "there is no such takedown")
	ErrOpen     = errs.Conflict("takedown.open", "该客户已在停发处置中，请在原处置上补充", "the customer is stopped already; add to that takedown")
	ErrState    = errs.Conflict("takedown.state", "该处置的状态已变化，请刷新", "the takedown is in another state; reload")
	ErrOwnLift  = errs.Forbidden("takedown.own_lift", "不能决定自己申请的解除，请由另一位合规主管决定", "you can't decide a lifting that you asked for; another compliance lead does")
	ErrOwn      = errs.Forbidden("takedown.own_batch", "不能处置自己提交的批次", "you can't take down a batch of your own")
	ErrReported = errs.Conflict("takedown.reported", "报告已登记", "the report is registered already")
)
