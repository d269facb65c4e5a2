package payment

import "sealgate/server/errs"

// What can be wrong with a payment.
var (
	ErrNotFound       = errs.NotFound("payment.not_found", "没有这笔付款", "no such payment")
	ErrInvalid        = errs.Invalid("payment.invalid", "付款信息有误，请修改标出的各项", "the payment is not filled in right; correct the fields that are marked")
	ErrDuplicate      = errs.Conflict("payment.duplicate", "该银行流水号已经登记过，请核对是否重复入账", "this bank reference is recorded already; check whether the payment was entered twice")
	ErrCustomerClosed = errs.Conflict("payment.customer_closed", "该客户的合同已全部结案，不能再登记付款；如确有到账，请先核实来款用途", "all contracts of this customer are closed, so no payment can be recorded; find out first what the money is for")
)
