package recheck

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrNotFound = errs.NotFound("recheck.not_found", "没有这条复检", "there is no such second review")
	ErrOwn      = errs.Forbidden("recheck.own", "不能复检自己审过或提交的批次", "you can't judge again what you decided or submitted")
	ErrTaken    = errs.Conflict("recheck.taken", "该复检已由他人进行", "somebody else does this second review")
	ErrState    = errs.Conflict("recheck.state", "该复检已完成，请刷新", "the second review is finished; reload")
	ErrInput    = errs.Invalid("recheck.input", "复检填写有误", "the judgement is not filled in rightly")
	ErrNoGroup  = errs.NotFound("recheck.no_group", "复检中没有这组短信", "the second review has no such group")
	ErrSettings = errs.Invalid("recheck.settings", "抽检比例填写有误", "the shares are not filled in rightly")
)
