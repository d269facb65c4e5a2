package charge

import "sealgate/server/errs"

// What can be wrong with a charge.
var (
	ErrNotFound = errs.NotFound("charge.not_found", "没有这笔费用", "no such charge")
	ErrInvalid  = errs.Invalid("charge.invalid", "费用信息有误，请修改标出的各项", "the charge is not filled in right; correct the fields that are marked")
	ErrState    = errs.Conflict("charge.state", "合同尚未生效，不能登记费用", "the contract is not in force yet, so nothing can be charged to it")
	ErrOwn      = errs.Forbidden("charge.own", "须由登记人以外的第二人批准", "a second person must approve this, not who recorded it")
	ErrDecided  = errs.Conflict("charge.decided", "这笔费用已经处理过", "this charge has been decided already")
	ErrBilled   = errs.Conflict("charge.billed", "这笔费用已经出账：更正请用贷项或借项通知单", "this charge is billed already; correct it by a credit or debit note")
	ErrCap      = errs.Conflict("charge.cap", "超过赔偿限额（客户已付费用）：故意或重大过失除外", "above the liability cap (the fees that the customer has paid), which holds unless there was intent or gross negligence")
)
