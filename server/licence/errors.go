package licence

import "sealgate/server/errs"

// What can be wrong with a licence.
var (
	ErrNotFound = errs.NotFound("licence.not_found", "没有这份证照", "no such licence")
	ErrInvalid  = errs.Invalid("licence.invalid", "证照资料有误，请修改标出的各项", "the licence's data is wrong; correct the fields that are marked")
	ErrOwn      = errs.Forbidden("licence.own", "不能审核自己提交的证照，请由他人审核", "you can't verify or refuse a licence that you submitted; another person must")
	ErrState    = errs.Conflict("licence.state", "这份证照已经处理过，请刷新后查看", "this licence has been decided already; reload and look again")
	ErrEnded    = errs.Conflict("licence.ended", "证照已经到期，不能核验通过", "the licence has ended and can't be verified")
	ErrReason   = errs.Invalid("licence.reason", "请写明原因", "say why")
)
