package corner

import "sealgate/server/errs"

// What can be wrong in a customer's corner.
var (
	ErrInvalid  = errs.Invalid("corner.invalid", "填写有误，请修改标出的各项", "something is wrong; correct what is marked")
	ErrStale    = errs.Conflict("corner.stale", "设置刚被修改过，请刷新后再改", "the settings have just been changed; reload and change again")
	ErrFrozen   = errs.Forbidden("corner.frozen", "该客户的账号已冻结，不能提交批次；解冻请联系客服", "the customer's accounts are frozen: no batch can be made; support lifts the freeze")
	ErrIsFrozen = errs.Conflict("corner.is_frozen", "账号已经处于冻结状态", "the accounts are frozen already")
	ErrNoFreeze = errs.NotFound("corner.no_freeze", "没有生效中的冻结", "no such freeze holds")

	ErrNoRelease  = errs.NotFound("corner.no_release", "没有等待内部审批的这个批次", "no such batch waits for a release")
	ErrOwnBatch   = errs.Forbidden("corner.own_batch", "不能审批自己提交的批次，请由另一位审批人处理", "you can't release a batch that you submitted; another approver has to")
	ErrNeedReason = errs.Invalid("corner.reason", "请填写理由", "give the reason").At("reason", "missing", "请填写理由", "give the reason")

	ErrNoCheck   = errs.NotFound("corner.no_check", "没有这条核验记录", "no such check")
	ErrCheckOver = errs.Conflict("corner.check_over", "这条核验已经结束", "this check has ended already")
	ErrUnchecked = errs.Forbidden("corner.unchecked", "代客户操作前须先登记身份或授权核验，且核验仍在有效期内", "before acting for a customer, record a check of identity or authority that still holds")

	ErrNoProposal   = errs.NotFound("corner.no_proposal", "没有这条资料变更申请", "no such proposal")
	ErrProposalOpen = errs.Conflict("corner.proposal_open", "已有一条变更申请等待处理，请先撤回或等待答复", "a proposal is waiting already; take it back or wait for the answer")
	ErrNoChange     = errs.Invalid("corner.no_change", "没有任何改动", "nothing would change")
	ErrDecided      = errs.Conflict("corner.decided", "已经处理过了，请刷新", "this was decided already; reload")

	ErrNoProof   = errs.NotFound("corner.no_proof", "没有这份付款凭证", "no such proof of payment")
	ErrNoPayment = errs.Invalid("corner.no_payment", "没有该客户的这笔收款", "there is no such payment of the customer").At("payment_id", "unknown", "请从该客户的收款中选择", "choose one of the customer's payments")
)
