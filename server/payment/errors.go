package payment

import "sealgate/server/errs"

// What can be wrong with a payment.
var (
	ErrNotFound       = errs.NotFound("payment.not_found", "没有这笔付款", "no such payment")
	ErrInvalid        = errs.Invalid("payment.invalid", "付款信息有误，请修改标出的各项", "the payment is not filled in right; correct the fields that are marked")
	ErrDuplicate      = errs.Conflict("payment.duplicate", "该银行流水号已经登记过，请核对是否重复入账", "this bank reference is recorded already; check whether the payment was entered twice")
	ErrCustomerClosed = errs.Conflict("payment.customer_closed", "该客户的合同已全部结案，不能再登记付款；如确有到账，请先核实来款用途", "all contracts of this customer are closed, so no payment can be recorded; find out first what the money is for")
	ErrGone           = errs.Conflict("payment.gone", "这笔付款已经退回或撤销", "this payment has been taken back already")
	ErrNotMoney       = errs.Conflict("payment.not_money", "这不是可以退回的来款：现金不会被银行退回；押金抵扣和核销请在各自的页面处理", "this can't be taken back here: cash doesn't bounce, and deposits set off and debts written off are handled where they were made")
	ErrSpent          = errs.Conflict("payment.spent", "这笔付款的一部分已退给客户或用于收回坏账：请先登记那笔款项的退回，再处理本笔", "part of this payment was paid back or used for a written-off debt: take that back first")
	ErrBalance        = errs.Conflict("payment.balance", "超过客户余额", "more than the customer's balance")
)

// What can be wrong with a refund or a cheque.
var (
	ErrRefundNotFound  = errs.NotFound("refund.not_found", "没有这笔退款", "no such refund")
	ErrOwnRefund       = errs.Forbidden("refund.own", "退款须由申请人以外的第二人批准", "a refund must be decided by a second person, not by who asked for it")
	ErrRefundState     = errs.Conflict("refund.state", "退款当前的状态不能这样处理，请刷新后再试", "the refund is not in a state for this; refresh and look again")
	ErrChequeNotFound  = errs.NotFound("cheque.not_found", "没有这张支票", "no such cheque")
	ErrChequeState     = errs.Conflict("cheque.state", "这张支票已经处理过", "this cheque has been dealt with already")
	ErrDuplicateCheque = errs.Conflict("cheque.duplicate", "该银行的这个支票号已经登记过", "a cheque with this number of this bank is recorded already")
)

// What can be wrong with bank statements and their lines.
var (
	ErrStatement    = errs.Invalid("bank.statement", "对账文件有错误，没有导入任何一行；请按所列行号和列名处理后重新上传", "the statement has errors and nothing of it was imported; see the lines and columns listed, and upload it again")
	ErrUnconfirmed  = errs.Conflict("bank.mapping_unconfirmed", "列对应关系是系统推测的，请先确认", "the columns were guessed: confirm the mapping first")
	ErrOtherAccount = errs.Conflict("bank.other_account", "文件写明的账号与所选账户不同，请检查是否选错账户", "the file states another account than the one chosen; check which account it is for")
	ErrLineNotFound = errs.NotFound("bank.line_not_found", "没有这条流水", "no such bank line")
	ErrLineState    = errs.Conflict("bank.line_state", "这条流水已经处理过，请刷新后再试", "this line has been dealt with already; refresh and look again")
	ErrTotals       = errs.Conflict("bank.totals", "所选流水的笔数或金额与页面显示的不同，请刷新后再确认", "count or sum of the chosen lines isn't what the page showed; refresh and confirm again")
	ErrMatch        = errs.Invalid("bank.match", "对应方式有误：收入对应客户付款或退款退回，支出对应退款或退汇", "this can't be matched so: credits are payments or refunds that came back, debits are refunds or bounced transfers")
	ErrDiffers      = errs.Conflict("bank.differs", "流水与所选单据的金额不一致", "the line's amount isn't that of the chosen document")
)
