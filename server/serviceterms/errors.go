package serviceterms

import "sealgate/server/errs"

// What can be wrong with online terms.
var (
	ErrNotFound  = errs.NotFound("terms.not_found", "没有这一版服务条款", "no such version of the terms")
	ErrInvalid   = errs.Invalid("terms.invalid", "服务条款填写有误，请修改标出的各项", "the terms are not filled in right; correct the fields that are marked")
	ErrState     = errs.Conflict("terms.state", "这一版服务条款当前的状态不允许这个操作，请刷新后查看", "the version's present state does not allow this; reload and look again")
	ErrStale     = errs.Conflict("terms.stale", "这一版刚被别人修改过，请刷新后再试", "somebody else has just changed this version; reload and try again")
	ErrOpen      = errs.Conflict("terms.open", "已有一份草稿，请先发布它", "there is a draft already; announce it first")
	ErrOwn       = errs.Forbidden("terms.own", "不能发布自己起草的条款，请由他人发布", "you can't announce terms that you wrote; another person must")
	ErrCustomer  = errs.Forbidden("terms.customer", "服务条款由客户的人登录后接受", "the terms are accepted by a customer's own people")
	ErrAccepted  = errs.Conflict("terms.accepted", "贵公司已经接受这一版服务条款", "your company has accepted this version already")
	ErrObjected  = errs.Conflict("terms.objected", "贵公司已对这一版提出异议", "your company has objected to this version already")
	ErrLate      = errs.Conflict("terms.late", "这一版已经生效，不能再提出异议；不同意的，可以通知终止合同", "this version is in force; it is too late for an objection, but you may end the contract by notice")
	ErrEffective = errs.Invalid("terms.effective", "生效日不对", "the day is not right")
)
