package acceptance

import "sealgate/server/errs"

// What can be wrong with an acceptance.
var (
	ErrNotFound = errs.NotFound("acceptance.not_found", "没有这份在线接受记录", "no such acceptance")
	ErrText     = errs.Conflict("acceptance.text", "您看到的文本与现在的不一致，请刷新后重新阅读再确认", "the text that you read is not the present one; reload, read it again and accept then")
	ErrAgree    = errs.Invalid("acceptance.agree", "请先阅读并勾选同意", "read the text and tick that you agree")
)
