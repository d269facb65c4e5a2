package workday

import "sealgate/server/errs"

// What can be wrong with an entry.
var (
	ErrInvalid  = errs.Invalid("workday.invalid", "节假日登记有误，请按各栏提示更正", "the entry is not right; correct it as shown")
	ErrNotFound = errs.NotFound("workday.not_found", "这一天没有人工登记", "nothing was entered for this day")
)
