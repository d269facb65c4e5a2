package signedhttp

import "sealgate/server/errs"

// What a call of the other side can lack.
var (
	ErrSignature = errs.Forbidden("handoff.signature", "签名校验失败", "the signature is wrong")
	ErrTime      = errs.Forbidden("handoff.time", "请求时间与本系统相差超过 5 分钟", "the time of the call is more than five minutes away from ours")
	ErrBody      = errs.Invalid("handoff.body", "回执格式不正确", "the receipts can't be read")
)
