package retention

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrInvalid  = errs.Invalid("retention.invalid", "法律保全登记有误，请更正标出的部分", "the legal hold is not complete; correct what is marked")
	ErrNotFound = errs.NotFound("retention.no_hold", "没有这项法律保全", "there is no such legal hold")
	ErrLifted   = errs.Conflict("retention.lifted", "该法律保全已解除", "the legal hold has been lifted")
	ErrOwnHold  = errs.Forbidden("retention.own_hold", "登记人不能自己解除法律保全，请由另一位合规负责人解除", "who placed a legal hold may not lift it; ask another compliance lead")
	ErrGone     = errs.Conflict("retention.gone", "所指定的数据均已清除，无法保全", "all of the data named has been purged already; there is nothing left to hold")
)
