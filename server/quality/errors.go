package quality

import "sealgate/server/errs"

// What can be wrong with a quality report.
var (
	ErrNotFound  = errs.NotFound("quality.not_found", "没有这份质量报告", "no such quality report")
	ErrMonthOpen = errs.Conflict("quality.month_open", "这个月结束满 72 小时之后才能出具质量报告", "a month is reported once it has been over for 72 hours")
)
