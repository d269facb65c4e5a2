package contract

import "sealgate/server/errs"

// What can be wrong with a contract.
var (
	ErrNotFound      = errs.NotFound("contract.not_found", "没有这个合同", "no such contract")
	ErrInvalid       = errs.Invalid("contract.invalid", "合同填写有误，请修改标出的各项", "the contract is not filled in right; correct the fields that are marked")
	ErrState         = errs.Conflict("contract.state", "合同当前的状态不允许这个操作，请刷新后查看", "the contract's present state does not allow this; reload and look again")
	ErrStale         = errs.Conflict("contract.stale", "合同刚被别人修改过，请刷新后再试", "somebody else has just changed this contract; reload and try again")
	ErrOverlap       = errs.Conflict("contract.overlap", "该客户在这段时间已有同类合同，请调整起止日期", "the customer has a contract of this kind for part of that time already; change the dates")
	ErrOwnReview     = errs.Forbidden("contract.own_review", "不能审核自己起草、修改或提交的合同，请由他人审核", "you can't review a contract that you drafted, changed or submitted; another person must")
	ErrOwnSigning    = errs.Forbidden("contract.own_signing", "签署须由登记人以外的第二人确认", "a signing must be confirmed by a second person, not by who recorded it")
	ErrReason        = errs.Invalid("contract.reason", "请写明原因", "say why")
	ErrSide          = errs.Invalid("contract.side", "签署方请填 customer（客户）或 provider（我方）", "the side must be customer or provider")
	ErrSigned        = errs.Conflict("contract.signed", "已有一方签署，文本不能再改；如需变更请签补充协议", "a side has signed, so the text can't change any more; make a supplement")
	ErrSideConfirmed = errs.Conflict("contract.side_confirmed", "该方的签署已经确认，不能再登记", "this side's signing is confirmed already and can't be recorded again")
	ErrNoSigning     = errs.Conflict("contract.no_signing", "该方还没有登记签署，请先上传签章扫描件", "this side's signing is not recorded yet; upload the scan of the sealed original first")
	ErrSuspension    = errs.Invalid("contract.suspension_reason", "暂停原因不对", "unknown reason for a suspension")
	ErrEnd           = errs.Invalid("contract.end", "终止信息有误，请修改标出的各项", "the termination is not filled in right; correct the fields that are marked")
	ErrOwed          = errs.Conflict("contract.owed", "还有未结清的款项或押金，不能结案", "money is still owed or a deposit still held; the contract can't be closed")
)
