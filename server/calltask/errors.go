package calltask

import "sealgate/server/errs"

// What can be wrong with a call task.
var (
	ErrNotFound = errs.NotFound("calltask.not_found", "没有这个呼叫任务", "no such call task")
	ErrInvalid  = errs.Invalid("calltask.invalid", "填写有误，请按各栏提示更正", "something is not filled in right; correct it as shown")
	ErrState    = errs.Conflict("calltask.state", "这个呼叫任务已经办结，请刷新后再看", "this call task is done with; refresh and look again")
)
