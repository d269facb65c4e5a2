package collection

import "sealgate/server/errs"

// What can be wrong with a case.
var (
	ErrNotFound    = errs.NotFound("collection.not_found", "没有这个催收案件", "no such case")
	ErrEvent       = errs.NotFound("collection.event_not_found", "没有这条记录", "no such event")
	ErrInvalid     = errs.Invalid("collection.invalid", "案件信息有误，请修改标出的各项", "the case is not filled in right; correct the fields that are marked")
	ErrNothingOwed = errs.Conflict("collection.nothing_owed", "该合同没有逾期欠款，不能移交催收", "nothing overdue is owed under this contract")
	ErrOpen        = errs.Conflict("collection.open", "该合同已有未结的催收案件", "this contract has an open case already")
	ErrState       = errs.Conflict("collection.state", "案件当前的状态不能这样处理，请刷新后再看", "the case is not in a state for this; refresh and look again")
	ErrInForce     = errs.Conflict("collection.in_force", "合同仍在履行，核销会使停机自动解除：请先终止合同", "the contract is still in force, and a write-off would lift its suspension: terminate it first")
	ErrDeposit     = errs.Conflict("collection.deposit", "该合同还有押金，请先抵扣押金再核销", "a deposit is still held for this contract: set it off first")
	ErrStillOwed   = errs.Conflict("collection.still_owed", "该合同仍有欠款，案件不能以已收回结案", "something is still owed, so the case can't be closed as collected")
	ErrAmount      = errs.Conflict("collection.amount", "核销金额应等于该合同现在的全部欠款", "a write-off is all that the contract owes now")
	ErrOwn         = errs.Forbidden("collection.own", "核销须由申请人以外的第二人批准", "a write-off must be decided by a second person, not by who asked for it")
	ErrDecided     = errs.Conflict("collection.decided", "这笔核销已经处理过", "this write-off has been decided already")
	ErrTooMuch     = errs.Conflict("collection.too_much", "收回金额超过已核销金额", "more than what was written off")
	ErrPending     = errs.Conflict("collection.pending", "已有待批准的核销", "a write-off waits for approval already")
	ErrDisputed    = errs.Conflict("collection.disputed", "账单有未决的争议，处理完争议再核销", "a bill is disputed: decide the dispute first")
)
