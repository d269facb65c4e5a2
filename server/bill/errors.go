package bill

import "sealgate/server/errs"

// What can be wrong with bills.
var (
	ErrNotFound    = errs.NotFound("bill.not_found", "没有这张账单", "no such bill")
	ErrRunNotFound = errs.NotFound("bill.run_not_found", "没有这次出账", "no such bill run")
	ErrMonthOpen   = errs.Conflict("bill.month_open", "这个月还没有结束，只能预览，不能出账", "the month is not over yet: it can be previewed, not issued")
	ErrStale       = errs.Conflict("bill.stale", "账单状态刚刚变化，请重试", "the bill has just changed; try again")
	ErrState       = errs.Internal("bill.state", "账单状态不允许这样变化", "the life cycle does not allow this change of a bill")
	ErrTooLarge    = errs.Conflict("bill.too_large", "金额超过 9,999,999,999,999.99 元，无法出账：请核对用量和单价", "above 9,999,999,999,999.99 yuan, which no bill can say: check usage and prices")
	ErrPricing     = errs.Internal("bill.pricing", "计价失败", "pricing failed")
)
