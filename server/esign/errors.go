package esign

import "sealgate/server/errs"

// What can be wrong with a signature.
var (
	ErrNotFound  = errs.NotFound("esign.not_found", "没有这个电子签名", "no such electronic signature")
	ErrForged    = errs.Invalid("esign.forged", "电子签名验证不通过：签名、证书或声明被改动过", "the electronic signature does not hold: signature, certificate or statement was changed")
	ErrOtherFile = errs.Invalid("esign.other_file", "电子签名签的不是这份文件", "the signature is over another file")
	ErrNobody    = errs.Forbidden("esign.nobody", "电子签名须由登录的本人作出", "an electronic signature is made by a person who is signed in")
)
