package ticket

import "sealgate/server/errs"

// What can be wrong with a ticket.
var (
	ErrNotFound = errs.NotFound("ticket.not_found", "没有这个工单", "no such ticket")
	ErrInvalid  = errs.Invalid("ticket.invalid", "工单内容有误，请修改标出的各项", "something in the ticket is wrong; correct what is marked")
	ErrClosed   = errs.Conflict("ticket.closed", "工单已关闭；客户可在关闭后 14 天内继续回复，之后请新建工单", "the ticket is closed; the customer may write again within 14 days, afterwards open a new one")
	ErrStale    = errs.Conflict("ticket.stale", "工单刚有新的变化，请刷新后再操作", "the ticket has just changed; reload and try again")
)
