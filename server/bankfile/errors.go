package bankfile

import "sealgate/server/errs"

// Faults of a whole file: nothing can be made of it. Each says what to do.
var (
	ErrTooLarge  = errs.TooLarge("bankfile.too_large", "对账文件超过 20 MB，请按月份分段导出", "the statement is larger than 20 MB; export it in parts, such as by month")
	ErrTooMany   = errs.TooLarge("bankfile.too_many_lines", "对账文件超过 10 万行，请按月份分段导出", "the statement has more than 100,000 lines; export it in parts, such as by month")
	ErrNoLines   = errs.Invalid("bankfile.no_lines", "文件里没有收支明细，请确认导出的是交易明细", "the file has no movements; make sure that it is the list of transactions that was exported")
	ErrNoHead    = errs.Invalid("bankfile.no_head", "找不到列名行：文件里应有一行写明日期、金额（或借方、贷方）等列名", "no row with the columns' names was found: one must name date, amount (or debit and credit) and so on")
	ErrMapping   = errs.Invalid("bankfile.mapping", "列对应关系有误，请修改标出的各项", "the mapping of columns isn't right; correct the fields that are marked")
	ErrCurrency  = errs.Invalid("bankfile.currency", "对账文件不是人民币账户", "the statement's account isn't kept in yuan (CNY)")
	ErrCAMT      = errs.Invalid("bankfile.camt", "camt.053 文件无法读取，请从银行重新导出", "the camt.053 file can't be read; export it from the bank again")
	ErrMT940     = errs.Invalid("bankfile.mt940", "MT940 文件无法读取，请从银行重新导出", "the MT940 file can't be read; export it from the bank again")
	ErrSeveral   = errs.Invalid("bankfile.several_accounts", "文件包含多个账户，请按账户分别导出", "the file has more than one account; export one file for each")
	errAmount    = errs.Invalid("bankfile.amount", "不是金额", "no amount")
	errPrecision = errs.Invalid("bankfile.precision", "金额小数超过两位", "more than two decimals")
	errHuge      = errs.Invalid("bankfile.huge", "金额过大", "amount too large")
	errDate      = errs.Invalid("bankfile.date", "不是日期：请写成 2026-11-16", "no date: write it as 2026-11-16")
)
