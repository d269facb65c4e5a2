package sysmessage

import "sealgate/server/errs"

// What can be wrong with a message.
var (
	ErrNotFound = errs.NotFound("sysmessage.not_found", "没有这条系统短信", "no such message")
	ErrState    = errs.Conflict("sysmessage.state", "只有失败的系统短信可以重发；是否已经发出不明的，请先核实", "only a failed message can be sent again; one whose fate is unclear must be looked into first")
)
