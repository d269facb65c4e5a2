package numbers

import "sealgate/server/errs"

// What can be wrong with a sender number.
var (
	ErrEmpty    = errs.Unavailable("number.pool_empty", "码号池已用完，请联系管理员扩充", "the pool of sender numbers is used up; ask the administrator for more")
	ErrSubEmpty = errs.Unavailable("number.sub_empty", "这个码号的扩展码已用完；请退回不再使用的签名，或为新签名另签合同", "the sub-numbers of this code are used up; give back signatures that are no longer used, or make another contract")
	ErrNoBase   = errs.Conflict("number.no_base", "合同还没有分配码号", "the contract has no sender number yet")
)
