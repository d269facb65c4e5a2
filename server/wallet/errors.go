package wallet

import "sealgate/server/errs"

// What can be wrong with a wallet.
var (
	ErrNotFound  = errs.NotFound("wallet.not_found", "没有这笔预存款记录", "no such move of a wallet")
	ErrNone      = errs.Conflict("wallet.none", "该合同不是预付费合同，没有预存款账户", "this contract is not paid in advance and has no wallet")
	ErrInvalid   = errs.Invalid("wallet.invalid", "预存款信息有误，请修改标出的各项", "this is not filled in right; correct the fields that are marked")
	ErrState     = errs.Conflict("wallet.state", "合同已经终止，不能再充值", "the contract has ended, so nothing can be topped up")
	ErrDuplicate = errs.Conflict("wallet.duplicate", "该银行流水号已经登记过，请核对是否重复入账", "this bank reference is recorded already; check whether the money was entered twice")
	ErrOwn       = errs.Forbidden("wallet.own", "须由登记人以外的第二人确认", "a second person must confirm this, not who recorded it")
	ErrDecided   = errs.Conflict("wallet.decided", "这笔记录已经处理过", "this has been decided already")
	ErrShort     = errs.Conflict("wallet.short", "超过可用余额", "more than is available in the wallet")
	ErrNotEnded  = errs.Conflict("wallet.not_ended", "合同尚在履行，预存款余额在合同终止后才能退还", "the contract is in force; the rest of a wallet is refunded when it has ended")
	ErrParts     = errs.Internal("wallet.parts", "条数必须为正数", "the number of parts must be positive")
	ErrStale     = errs.Conflict("wallet.stale", "账户刚刚变化，请重试", "the wallet has just changed; try again")
)
