package simulate

import "sealgate/server/errs"

// What can be wrong with a trial.
var (
	ErrScenario = errs.Invalid("simulate.scenario", "试算文件不符合格式，请按行号修改标出的各项", "the scenario does not fit its form; correct what is marked, by line")
	ErrTooLong  = errs.Invalid("simulate.too_long", "试算期间过长", "the trial is too long")
	ErrTooLarge = errs.TooLarge("simulate.too_large", "试算文件过大：最多 4 MB", "the scenario is too large: at most 4 MB")

	// Reasons for which an event is listed as refused; those of the domains stand beside them.
	ErrNoWallet   = errs.Conflict("simulate.no_wallet", "这类合同没有预存款账户，不能充值", "contracts of this kind have no wallet to top up")
	ErrNotBegun   = errs.Conflict("simulate.not_begun", "合同尚未生效", "the contract is not in force yet")
	ErrEnded      = errs.Conflict("simulate.ended", "合同已经结束", "the contract has ended")
	ErrNoBill     = errs.NotFound("simulate.no_bill", "该月没有账单", "there is no bill of that month")
	ErrNoDispute  = errs.NotFound("simulate.no_dispute", "该账单没有待处理的异议", "the bill has no open dispute")
	ErrAfterUntil = errs.Conflict("simulate.after_until", "事件晚于试算的最后一天，没有发生", "the event lies after the last day of the trial and did not happen")
	ErrNoVisits   = errs.Conflict("simulate.no_visits", "这类合同没有上门服务费", "contracts of this kind have no visits")
)
