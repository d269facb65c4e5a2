package maintenance

import "sealgate/server/errs"

// What can be wrong with the records of a maintenance agreement.
var (
	ErrNotFound = errs.NotFound("maintenance.not_found", "没有这条维护记录", "no such record")
	ErrInvalid  = errs.Invalid("maintenance.invalid", "填写有误，请按各栏提示更正", "something is not filled in right; correct it as shown")
	ErrKind     = errs.Conflict("maintenance.kind", "该合同不是维护合同，不能登记此项", "the contract is no maintenance agreement")
	ErrNotYet   = errs.Conflict("maintenance.not_in_force", "合同尚未生效或者已经终止，不能登记此项", "the contract is not in force")
	ErrStopped  = errs.Conflict("maintenance.suspended", "合同已暂停，变更申请中止办理；请先恢复服务", "the contract is suspended: change requests rest until it resumes")
	ErrState    = errs.Conflict("maintenance.state", "当前状态不能这样处理，请刷新后再看", "it is not in a state for this; refresh and look again")
	ErrNoChange = errs.Conflict("maintenance.same_sheet", "资料与上一版相同，没有生成新版本", "nothing differs from the version before")
)
