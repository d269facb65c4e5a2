package signature

import "sealgate/server/errs"

// What can be wrong with a signature or a service code.
var (
	ErrNotFound  = errs.NotFound("signature.not_found", "没有这个签名", "no such signature")
	ErrInvalid   = errs.Invalid("signature.invalid", "签名资料有误，请修改标出的各项", "the signature's data is wrong; correct the fields that are marked")
	ErrTaken     = errs.Conflict("signature.taken", "该客户已经登记过这个签名", "the customer has registered this signature already")
	ErrOwn       = errs.Forbidden("signature.own", "不能审核自己提交的签名，请由他人审核", "you can't decide on a signature that you submitted; another person must")
	ErrState     = errs.Conflict("signature.state", "这个签名已经处理过，请刷新后查看", "this signature has been decided already; reload and look again")
	ErrReason    = errs.Invalid("signature.reason", "请写明原因", "say why")
	ErrPoolEmpty = errs.Unavailable("signature.pool_empty", "码号池已用完，请联系管理员扩充", "the pool of service codes is used up; ask the administrator for more")
)
