package jobs

import "sealgate/server/errs"

// ErrNoSuchJob names a job that the timetable has not.
var ErrNoSuchJob = errs.NotFound("job.unknown", "没有这个作业，可用 sealgate job list 查看", "no such job; see sealgate job list")

// ErrFutureDay keeps a slip in --as-of from charging late fees and suspending services for days that have not come.
var ErrFutureDay = errs.Invalid("job.future_day", "作业不能按未来的日期运行，请给出今天或更早的日期", "a job can't run as of a day that has not come; give today or an earlier day")
