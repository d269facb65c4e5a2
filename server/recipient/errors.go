package recipient

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrPhone    = errs.Invalid("recipient.phone", "手机号不正确，请填写 11 位大陆手机号", "not a mobile number; enter the 11 digits of a mainland mobile")
	ErrKind     = errs.Invalid("recipient.kind", "名单类型只能是退订（opt_out）或黑名单（blacklist）", "the list is either opt_out or blacklist")
	ErrSegments = errs.Invalid("recipient.segments", "号段表有误，请改正后重新导入", "the table of segments is not right; mend it and import it again")
	ErrLimit    = errs.Invalid("recipient.limit", "频次限制有误，请按提示修改", "the limit is not right; mend what is listed")
	ErrNoLimit  = errs.NotFound("recipient.no_limit", "没有这条频次限制", "there is no such limit")
	ErrReason   = errs.Invalid("recipient.reason", "请填写原因", "say why")
	ErrLifted   = errs.Conflict("recipient.lifted", "这条记录已被移出名单", "the entry has been lifted already")
	ErrNotFound = errs.NotFound("recipient.not_found", "名单中没有这条记录", "the list has no such entry")
)
