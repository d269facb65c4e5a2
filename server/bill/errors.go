package bill

import "sealgate/server/errs"

// What can be wrong with bills.
var (
	ErrNotFound        = errs.NotFound("bill.not_found", "没有这张账单", "no such bill")
	ErrRunNotFound     = errs.NotFound("bill.run_not_found", "没有这次出账", "no such bill run")
	ErrMonthOpen       = errs.Conflict("bill.month_open", "这个月还没有结束，只能预览，不能出账", "the month is not over yet: it can be previewed, not issued")
	ErrStale           = errs.Conflict("bill.stale", "账单状态刚刚变化，请重试", "the bill has just changed; try again")
	ErrState           = errs.Internal("bill.state", "账单状态不允许这样变化", "the life cycle does not allow this change of a bill")
	ErrTooLarge        = errs.Conflict("bill.too_large", "金额超过 9,999,999,999,999.99 元，无法出账：请核对用量和单价", "above 9,999,999,999,999.99 yuan, which no bill can say: check usage and prices")
	ErrNoteNotFound    = errs.NotFound("bill.note_not_found", "没有这张通知单", "no such note")
	ErrRequestNotFound = errs.NotFound("bill.request_not_found", "没有这项申请", "no such request")
	ErrDisputeNotFound = errs.NotFound("bill.dispute_not_found", "没有这项争议", "no such dispute")
	ErrNoteInvalid     = errs.Invalid("bill.note_invalid", "通知单信息有误，请修改标出的各项", "the note is not filled in right; correct the fields that are marked")
	ErrDisputeInvalid  = errs.Invalid("bill.dispute_invalid", "争议信息有误，请修改标出的各项", "the dispute is not filled in right; correct the fields that are marked")
	ErrTooMuch         = errs.Conflict("bill.too_much", "金额超过账单余额", "more than what is left of the bill")
	ErrVoid            = errs.Conflict("bill.void", "账单已作废，不能再开通知单或提出争议", "the bill is void: no notes and no disputes any more")
	ErrReissueNotFound = errs.NotFound("bill.reissue_not_found", "没有这次重新出账", "no such re-issue")
	ErrReissueInvalid  = errs.Invalid("bill.reissue_invalid", "重新出账的条件有误，请修改标出的各项", "the re-issue is not filled in right; correct the fields that are marked")
	ErrDisputed        = errs.Conflict("bill.disputed", "账单有未了结的争议，请先处理争议", "part of the bill is disputed; decide the dispute first")
	ErrDecided         = errs.Conflict("bill.decided", "已经处理过，请刷新页面", "decided already; look again")
	ErrOwnRequest      = errs.Forbidden("bill.own_request", "申请人不能审批自己的申请，请由另一人审批", "whoever asked may not approve; a second person must")
	ErrOwnDispute      = errs.Forbidden("bill.own_dispute", "争议是否成立由供应方核实决定；贵方可以撤回", "whether a dispute is upheld is ours to find out; you may withdraw it")
	ErrBeforeIssue     = errs.Invalid("bill.before_issue", "日期早于账单的出具日或晚于今天", "the day is before the bill's issue or after today")
	ErrPricing         = errs.Internal("bill.pricing", "计价失败", "pricing failed")
)
