package leak

import "sealgate/server/errs"

// What can be wrong.
var (
	ErrNotFound = errs.NotFound("leak.not_found", "没有这个数据泄露事件", "no such leak of data")
	ErrInvalid  = errs.Invalid("leak.invalid", "登记有误，请修改标出的各项", "it is not filled in right; correct the fields that are marked")
	ErrState    = errs.Conflict("leak.state", "事件当前的状态不允许这样做，请刷新后查看", "the leak's state does not allow that; reload and look")
	ErrStale    = errs.Conflict("leak.stale", "事件刚有新的变化，请刷新后再操作", "the leak has just changed; reload and try again")
	ErrDuties   = errs.Conflict("leak.duties", "还有未完成的报告或通知，办结前请逐项完成", "some duties of telling are open still; meet each before it is closed")
	ErrOwn      = errs.Forbidden("leak.own", "提请办结的人不能自己批准，请由另一人决定", "whoever asks to close it can't decide that; another person must")
	ErrWaive    = errs.Conflict("leak.waive", "只有对个人的通知可以免除（措施已有效避免危害）；其余必须完成", "only the notice to persons can be waived, where harm was averted; the others must be met")
	ErrNobody   = errs.Conflict("leak.nobody", "没有尚待通知的受影响客户", "there is no affected customer left to tell")
	ErrDeadline = errs.Invalid("leak.deadline", "时限有误，请修改标出的各项", "the deadlines are not filled in right; correct the fields that are marked")
)
