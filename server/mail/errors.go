package mail

import "sealgate/server/errs"

// What can be wrong with a mail.
var (
	ErrNotFound = errs.NotFound("mail.not_found", "没有这封邮件", "no such mail")
	ErrState    = errs.Conflict("mail.state", "只有发送失败或没有收件地址的邮件可以重发", "only a mail that failed or had no address can be sent again")
	ErrReturn   = errs.Conflict("mail.not_sent", "只有已送达服务器的邮件可以登记退信", "only a mail that the server took can have come back")
	ErrInvalid  = errs.Invalid("mail.invalid", "请填写退信原因", "say why it came back")
	// ErrRefused is the mail server's no for good: trying again can't help.
	ErrRefused = errs.Invalid("mail.refused", "邮件服务器拒收", "the mail server refuses it")
)
