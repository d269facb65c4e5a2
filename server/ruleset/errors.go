package ruleset

import "sealgate/server/errs"

// The errors of this domain.
var (
	ErrWrong    = errs.Invalid("ruleset.wrong", "规则集有错误，请用 sealgate rules check 查看位置和改法", "the rule set has faults; sealgate rules check tells where they are and how to mend them")
	ErrNotFound = errs.NotFound("ruleset.not_found", "没有这个规则集版本", "there is no such version of the rule set")
	ErrNone     = errs.Unavailable("ruleset.none", "还没有发布规则集，暂时不能审查批次", "no rule set is published yet; batches can't be screened")
)
