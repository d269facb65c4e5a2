package customer

import "sealgate/server/errs"

// What can be wrong with a customer.
var (
	ErrNotFound      = errs.NotFound("customer.not_found", "没有这个客户", "no such customer")
	ErrInvalid       = errs.Invalid("customer.invalid", "客户资料有误，请修改标出的各项", "the customer's data is wrong; correct the fields that are marked")
	ErrUSCC          = errs.Invalid("customer.uscc", "统一社会信用代码不对", "the unified social credit code is wrong")
	ErrUSCCTaken     = errs.Conflict("customer.uscc_taken", "这个统一社会信用代码已经登记过；若不在您的客户中，请联系销售主管", "this credit code is registered already; if the customer is not among yours, ask the sales lead")
	ErrFaultNotFound = errs.NotFound("customer.fault_not_found", "没有这条资料问题", "no such fault of the data")
	ErrFaultKnown    = errs.Conflict("customer.fault_known", "这一项已经登记过问题，尚未解决", "a fault of this field is on record already and not settled")
	ErrFaultState    = errs.Conflict("customer.fault_state", "这条资料问题已经解决，请刷新后查看", "the fault has been settled already; reload and look again")
	ErrFaultOwn      = errs.Forbidden("customer.fault_own", "不能确认自己登记或更正的资料问题，请由他人核对", "you can't settle a fault that you raised or corrected; another person must look")
	ErrStale         = errs.Conflict("customer.stale", "客户资料刚被别人修改过，请刷新后再改", "somebody else has just changed this customer; reload and change again")
)
