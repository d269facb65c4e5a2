package deposit

import "sealgate/server/errs"

// What can be wrong with a deposit.
var (
	ErrInvalid   = errs.Invalid("deposit.invalid", "押金信息有误，请修改标出的各项", "the deposit is not filled in right; correct the fields that are marked")
	ErrNone      = errs.Conflict("deposit.none", "该合同没有约定押金", "this contract asks for no deposit")
	ErrState     = errs.Conflict("deposit.state", "合同当前的状态不能收取押金：应在待签署或履行中", "no deposit can be received in this state of the contract: it must await signature or be in force")
	ErrDuplicate = errs.Conflict("deposit.duplicate", "该银行流水号已经登记过，请核对是否重复入账", "this bank reference is recorded already; check whether the deposit was entered twice")
	ErrNotEnded  = errs.Conflict("deposit.not_ended", "合同尚未终止并结清，押金不能退还", "the contract has not ended with everything paid, so the deposit can't be refunded yet")
	ErrNotHeld   = errs.Conflict("deposit.not_held", "退还金额超过现有押金", "more than the deposit that is held")
	ErrOwn       = errs.Forbidden("deposit.own_refund", "押金的退还、扣减和抵扣须由申请人以外的第二人批准", "what is taken from a deposit must be approved by a second person, not by who asked for it")
	ErrDecided   = errs.Conflict("deposit.decided", "这笔申请已经处理过", "this request has been decided already")
	ErrPending   = errs.Conflict("deposit.pending", "已有待批准的申请，加上本次将超过现有押金", "with the requests that wait for approval this is more than the deposit that is held")
	ErrEvidence  = errs.Invalid("deposit.evidence", "扣减押金须上传依据（如违约通知、损失证明）", "a deduction needs evidence: upload it, such as the notice of the breach")
	ErrForfeit   = errs.Conflict("deposit.forfeit", "按终止原因，该合同的押金应当退还，不能没收", "by the cause of its end this contract's deposit is to be refunded, it can't be kept")
	ErrOwesLess  = errs.Conflict("deposit.owes_less", "抵扣金额超过该合同的欠款", "more than what the contract owes")
	ErrNotFound  = errs.NotFound("deposit.not_found", "没有这笔押金记录", "no such deposit move")
)
