package announcement

import "sealgate/server/errs"

// What can be wrong with an announcement.
var (
	ErrNotFound = errs.NotFound("announcement.not_found", "没有这份公告", "no such announcement")
	ErrInvalid  = errs.Invalid("announcement.invalid", "公告填写有误，请按各栏提示更正", "the announcement is not filled in right; correct it as shown")
	ErrState    = errs.Conflict("announcement.state", "公告当前的状态不能这样处理，请刷新后再看", "the announcement is not in a state for this; refresh and look again")
	ErrOwn      = errs.Forbidden("announcement.own", "计划内中断的公告须由起草人以外的人发布", "an announcement of a planned interruption is published by somebody else than who drew it up")
	ErrNoCredit = errs.Conflict("announcement.no_credit", "没有应当给予的减免：不是我方原因，或者没有超过 24 小时", "no credit is due: it was not our fault, or it lasted no more than 24 hours")
)
