package appeal

import "sealgate/server/errs"

// What can be wrong.
var (
	ErrNotFound = errs.NotFound("appeal.not_found", "没有这个申诉", "no such appeal")
	ErrInvalid  = errs.Invalid("appeal.invalid", "申诉填写有误，请修改标出的各项", "the appeal is not filled in right; correct the fields that are marked")
	ErrNothing  = errs.Conflict("appeal.nothing", "这里没有可以申诉的拒绝、暂停或限制，或它已经解除", "there is no refusal, suspension or restriction to appeal against, or it was lifted")
	ErrOpen     = errs.Conflict("appeal.open", "对这项决定的申诉正在处理，请等待结果", "an appeal against this decision is open; wait for its outcome")
	ErrState    = errs.Conflict("appeal.state", "申诉已有结果或已撤回", "the appeal is decided or was withdrawn")
	ErrOwn      = errs.Forbidden("appeal.own", "作出原决定的人和提出申诉的人不能决定申诉，请交由他人处理", "neither who decided before nor who filed the appeal may decide it; leave it to somebody else")
)
