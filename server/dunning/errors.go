package dunning

import "sealgate/server/errs"

// ErrFuture: late fees of days that have not come are owed by nobody.
var ErrFuture = errs.Invalid("dunning.future", "日期晚于今天，不能提前计收滞纳金", "the day is after today: late fees can't be charged in advance")
