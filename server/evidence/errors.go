package evidence

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrPhone   = errs.Invalid("evidence.phone", "手机号不正确，请填写 11 位大陆手机号", "not a mobile number; enter the 11 digits of a mainland mobile")
	ErrPurpose = errs.Invalid("evidence.purpose", "请选择查看用途并写明依据（2 至 200 字），查看会被记录", "choose the purpose of the look and give its grounds (2 to 200 characters); looks are logged")
	ErrMessage = errs.NotFound("evidence.no_message", "该批次没有这条短信", "the batch has no such message")
	ErrUnmask  = errs.Forbidden("evidence.unmask", "您的角色不能查看完整号码", "your roles do not allow to see the whole number")
	ErrBusy    = errs.Unavailable("evidence.busy", "号码检索正在整理，请稍后再试", "the files for finding numbers are being put in order; try again in a moment")
	// ErrRun: a sorted run does not open or is cut off.
	ErrRun = errs.Internal("evidence.run", "号码检索文件损坏，请联系管理员", "a file for finding numbers is damaged; tell the administrator")
)
