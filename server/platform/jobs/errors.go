package jobs

import "sealgate/server/errs"

// ErrNoSuchJob names a job that the timetable has not.
var ErrNoSuchJob = errs.NotFound("job.unknown", "没有这个作业，可用 sealgate job list 查看", "no such job; see sealgate job list")
