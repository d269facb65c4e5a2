package disclosure

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrInvalid  = errs.Invalid("disclosure.invalid", "披露登记有误，请更正标出的部分", "the disclosure is not complete; correct what is marked")
	ErrNotFound = errs.NotFound("disclosure.not_found", "没有这项披露", "there is no such disclosure")
	ErrState    = errs.Conflict("disclosure.state", "该披露的当前状态不允许此操作，请刷新", "the disclosure's present state does not allow this; reload")
	ErrOwn      = errs.Forbidden("disclosure.own", "申请人不能审批自己登记的披露，请由另一人审批", "who recorded a disclosure may not decide it; ask another person")
	ErrOthers   = errs.Forbidden("disclosure.others", "只有申请人可以撤回", "only who recorded it can withdraw it")
	ErrExpired  = errs.NotFound("disclosure.expired", "导出文件已过有效期并已销毁；如仍需要，请重新登记", "the file has expired and was destroyed; record a new disclosure if it is still needed")
	ErrTooMany  = errs.TooLarge("disclosure.too_many", "范围内的短信超过 1,000,000 条，请分期间登记", "more than 1,000,000 messages are in the scope; record several disclosures by period")
	ErrPurpose  = errs.Invalid("disclosure.purpose", "下载须写明交给谁、用于什么（2 至 200 字）", "say whom the file goes to and what for (2 to 200 characters)")
	ErrPapers   = errs.Conflict("disclosure.papers", "文书已经补齐", "the papers are there already")
)
