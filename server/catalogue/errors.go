package catalogue

import "sealgate/server/errs"

// What can be wrong with plans and their versions.
var (
	ErrNotFound  = errs.NotFound("plan.not_found", "没有这个套餐或版本", "no such plan or version")
	ErrInvalid   = errs.Invalid("plan.invalid", "套餐内容有误", "the plan is not valid")
	ErrCode      = errs.Conflict("plan.code", "这个套餐编码已经使用，请换一个", "this code is in use; choose another")
	ErrState     = errs.Conflict("plan.state", "套餐版本的当前状态不允许这样做", "the version's state does not allow this")
	ErrOwn       = errs.Forbidden("plan.own", "不能发布自己编写的版本，请由另一人发布", "who wrote a version can't publish it; ask somebody else")
	ErrReason    = errs.Invalid("plan.reason", "请写明退回原因", "say why it is sent back")
	ErrOpen      = errs.Conflict("plan.open_version", "已有一个未发布的版本，请先发布或作废它", "there is a version that is not published yet; publish or drop it first")
	ErrWithdrawn = errs.Conflict("plan.withdrawn", "套餐已下架，不能再签新合同", "the plan is withdrawn: nothing new is signed on it")
	ErrNotYet    = errs.Conflict("plan.not_on_offer", "该版本尚未发布或未到生效日", "this version is not published, or not valid yet")
	ErrKind      = errs.Invalid("plan.kind", "套餐的合同类型与合同模板不同", "the plan is for another kind of agreement than the template")
)
