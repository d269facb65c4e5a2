package notice

import "sealgate/server/errs"

// What can be wrong with a notice. Kinds and values are the program's own promises.
var (
	ErrNotFound = errs.NotFound("notice.not_found", "没有这条通知", "no such notice")
	ErrOwed     = errs.Conflict("notice.owed", "这类通知是合同或者法律要求的，不能关闭邮件和短信", "the contract or the law asks for these notices: their e-mails and messages can't be switched off")
	ErrKind     = errs.Internal("notice.kind", "没有这种通知的模板", "no template for this kind of notice")
	ErrVars     = errs.Internal("notice.vars", "通知的内容与模板不符", "the values don't fit the notice's template")
	ErrTo       = errs.Internal("notice.to", "通知没有收件人", "a notice was sent to nobody")
)
