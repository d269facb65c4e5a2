package dunning

import "sealgate/server/errs"

// ErrFuture: late fees of days that have not come are owed by nobody.
var ErrFuture = errs.Invalid("dunning.future", "日期晚于今天，不能提前计收滞纳金", "the day is after today: late fees can't be charged in advance")

// What can be wrong with exceptions, decisions and letters.
var (
	ErrException         = errs.Invalid("dunning.exception", "填写有误，请修改标出的各项", "this is not filled in right; correct the fields that are marked")
	ErrExceptionNotFound = errs.NotFound("dunning.exception_not_found", "没有这条例外", "no such exception")
	ErrOwnException      = errs.Forbidden("dunning.own_exception", "例外须由申请人以外的第二人批准", "an exception must be decided by a second person, not by who asked for it")
	ErrExceptionState    = errs.Conflict("dunning.exception_state", "这条例外已经处理过，请刷新后再看", "this exception has been dealt with already; refresh and look again")
	ErrTaskNotFound      = errs.NotFound("dunning.task_not_found", "没有这个待决定事项", "no such task")
	ErrTaskDecided       = errs.Conflict("dunning.task_decided", "该事项已经决定，或合同已不在履行中", "this has been decided already, or the contract is no longer in force")
	ErrLetterNotFound    = errs.NotFound("dunning.letter_not_found", "没有这封催款函", "no such letter")
)
