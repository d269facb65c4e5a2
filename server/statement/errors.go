package statement

import "sealgate/server/errs"

// What can be wrong with a statement.
var (
	ErrNotFound  = errs.NotFound("statement.not_found", "没有这张对账单", "no such statement")
	ErrInvalid   = errs.Invalid("statement.invalid", "信息有误，请修改标出的各项", "not filled in right; correct the fields that are marked")
	ErrMonthOpen = errs.Conflict("statement.month_open", "这个月还没有结束，不能出具对账单", "the month is not over yet")
	ErrState     = errs.Conflict("statement.state", "对账单已经确认，不能再更改", "the statement has been confirmed")
	ErrOpen      = errs.Conflict("statement.open_disputes", "仍有未了结的争议，处理完毕后才能确认", "disputes of it are still open; it can be confirmed once they are decided")
	ErrNoBill    = errs.Conflict("statement.no_bill", "该月没有账单，无可争议的费用", "the month has no bill, so there is no charge to dispute")
)
