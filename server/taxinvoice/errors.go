package taxinvoice

import "sealgate/server/errs"

// What can be wrong with tax invoices.
var (
	ErrNotFound  = errs.NotFound("taxinvoice.not_found", "没有这张发票", "no such invoice")
	ErrNotPaid   = errs.Conflict("taxinvoice.not_paid", "账单尚未付清，付清后才能开票", "the bill is not paid in full yet; it is invoiced then")
	ErrNothing   = errs.Conflict("taxinvoice.nothing", "没有可以开票或红冲的金额", "there is nothing to invoice or to take back")
	ErrState     = errs.Conflict("taxinvoice.state", "发票的状态不允许这样做，请刷新页面", "the state of the invoice does not allow this; look again")
	ErrInvalid   = errs.Invalid("taxinvoice.invalid", "信息有误，请修改标出的各项", "not filled in right; correct the fields that are marked")
	ErrBuyer     = errs.Conflict("taxinvoice.buyer", "客户资料不全，无法开票：请补全名称和统一社会信用代码", "the customer's name or credit code is missing, so no invoice can be made")
	ErrAnswer    = errs.Invalid("taxinvoice.answer", "平台的答复有误", "the platform's answer can't be used")
	ErrPlatform  = errs.Unavailable("taxinvoice.platform", "税务平台没有正常答复，将自动重试", "the tax platform did not answer properly; it will be tried again")
	ErrUnsettled = errs.Conflict("taxinvoice.red_pending", "已有一项红冲申请尚未了结", "a red invoice is waiting for its confirmation already")
)
