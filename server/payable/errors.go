package payable

import "sealgate/server/errs"

// What can be wrong with counts and payables.
var (
	ErrNotFound  = errs.NotFound("payable.not_found", "没有这笔应付款", "no such payable")
	ErrInvalid   = errs.Invalid("payable.invalid", "填写有误，请修改标出的各项", "this is not filled in right; correct the fields that are marked")
	ErrNotPort   = errs.Conflict("payable.not_port", "只有端口合作协议才登记对方的用量", "a carrier's count is entered for port agreements alone")
	ErrBilled    = errs.Conflict("payable.billed", "该月已经出账，不能再改用量：更正请用贷项或借项通知单", "the month is billed already, so its count can't change; correct it by a credit or debit note")
	ErrState     = errs.Conflict("payable.state", "当前状态不能这样处理", "this can't be done in the present state")
	ErrOwn       = errs.Forbidden("payable.own", "须由录入人以外的第二人批准", "a second person must approve this, not who compared it")
	ErrDuplicate = errs.Conflict("payable.duplicate", "该银行流水号已经登记过", "this bank reference is recorded already")
	ErrStale     = errs.Conflict("payable.stale", "刚刚被别人修改，请刷新后重试", "somebody has just changed this; reload and try again")
)
