package library

import "sealgate/server/errs"

// What can be wrong with an approval.
var (
	ErrInvalid  = errs.Invalid("library.invalid", "填写有误，请按提示更正", "something is not filled in right; correct it as shown")
	ErrApproved = errs.Conflict("library.approved", "这一版本已经批准过", "this version has been approved already")
)
