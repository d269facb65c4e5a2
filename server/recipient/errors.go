package recipient

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrPhone    = errs.Invalid("recipient.phone", "手机号不正确，请填写 11 位大陆手机号", "not a mobile number; enter the 11 digits of a mainland mobile")
	ErrKind     = errs.Invalid("recipient.kind", "名单类型只能是退订（opt_out）或黑名单（blacklist）", "the list is either opt_out or blacklist")
	ErrNotFound = errs.NotFound("recipient.not_found", "名单中没有这条记录", "the list has no such entry")
)
