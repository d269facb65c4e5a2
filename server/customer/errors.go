package customer

import "sealgate/server/errs"

// What can be wrong with a customer.
var (
	ErrNotFound  = errs.NotFound("customer.not_found", "没有这个客户", "no such customer")
	ErrInvalid   = errs.Invalid("customer.invalid", "客户资料有误，请修改标出的各项", "the customer's data is wrong; correct the fields that are marked")
	ErrUSCC      = errs.Invalid("customer.uscc", "统一社会信用代码不对", "the unified social credit code is wrong")
	ErrUSCCTaken = errs.Conflict("customer.uscc_taken", "这个统一社会信用代码已经登记过；若不在您的客户中，请联系销售主管", "this credit code is registered already; if the customer is not among yours, ask the sales lead")
	ErrStale     = errs.Conflict("customer.stale", "客户资料刚被别人修改过，请刷新后再改", "somebody else has just changed this customer; reload and change again")
)
